"""Which message of an editor is answered from where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from wizard.lsp import shown
from wizard.lsp.actions import FIX_ALL, actions, settled
from wizard.lsp.completing import completions
from wizard.lsp.ports import Engine
from wizard.lsp.positions import edits, span
from wizard.lsp.server import ConfigServer

SECTION = "memwizard"
"""What an editor calls our settings."""


def server(engine: Engine) -> ConfigServer:
    """A server that judges with this engine."""
    made = ConfigServer(engine)
    _listen(made)
    _answer(made)
    return made


def _mine(settings: Any) -> Mapping[str, object]:
    """Our part of what an editor sends as settings; empty where there is none."""
    if isinstance(settings, Mapping) and isinstance(settings.get(SECTION), Mapping):
        settings = settings[SECTION]
    return settings if isinstance(settings, Mapping) else {}


def _listen(made: ConfigServer) -> None:
    """What the editor tells."""

    @made.feature(types.INITIALIZE)
    def begin(params: types.InitializeParams) -> None:
        if params.initialization_options:
            made.renew(_mine(params.initialization_options))

    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        made.take(params.text_document.uri, params.text_document.text)

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        made.edit(params.text_document.uri, params.content_changes)

    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        made.renew()

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        made.drop(params.text_document.uri)

    @made.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(params: types.DidChangeConfigurationParams) -> None:
        made.renew(_mine(params.settings))


def _answer(made: ConfigServer) -> None:
    """What the editor asks."""

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        file = made.now(params.text_document.uri)
        if file is None or file.judged is None:
            return None
        at, _ = made.cursor(file, params.position)
        text = shown.hover(at, params.position.line, file.judged)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @made.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[":", " ", "-"]))
    async def complete(params: types.CompletionParams) -> list[types.CompletionItem]:
        file = made.now(params.text_document.uri)
        if file is None:
            return []
        at, text = made.cursor(file, params.position)
        return completions(
            file, at, span(made.codec, text, params.position.line, at.start, at.end), made.engine.axolotl
        )

    @made.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL]))
    async def act(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        file = made.now(uri)
        if file is None or file.judged is None or file.problem is not None:
            return []
        return list(actions(made.engine, made.codec, uri, file, params))

    @made.feature(types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL)
    async def saving(params: types.WillSaveTextDocumentParams) -> list[types.TextEdit]:
        file = made.now(params.text_document.uri)
        if file is None or file.problem is not None or not made.engine.fixes_on_save:
            return []
        return edits(file.text, settled(made.engine, file))

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def page(params: types.DefinitionParams) -> list[types.Location]:
        file = made.now(params.text_document.uri)
        if file is None or file.judged is None:
            return []
        return shown.rules_of(params.position.line, file.judged, made.engine.page)

    @made.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        file = made.now(params.text_document.uri)
        return shown.hints(made.codec, file.lines, file.judged) if file is not None and file.judged else []
