"""An editor: a client of the language server, which it starts as editors do."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from wizard.world.finder import text_looks_like_a_config

CONFIG = """base_model: Qwen/Qwen3-8B
adapter: qlora
load_in_4bit: true
lora_r: 16
lora_alpha: 32
lora_target_linear: true
sequence_len: 2048
micro_batch_size: 1
eval_batch_size: 8
gradient_accumulation_steps: 4
optimizer: adamw_torch
learning_rate: 0.0002
num_epochs: 1
bf16: auto
gradient_checkpointing: true
datasets:
  - path: mhenrichsen/alpaca_2k_test
    type: alpaca
output_dir: ./out
"""


def typed(old: str, new: str) -> types.TextDocumentContentChangePartial:
    """The part that differs, as an editor tells it."""
    same = _same(old, new)
    end = _same(old[same:][::-1], new[same:][::-1])
    place = types.Range(_position(old[:same]), _position(old[: len(old) - end]))
    return types.TextDocumentContentChangePartial(place, new[same : len(new) - end])


def _same(one: str, other: str) -> int:
    """How many letters both begin with."""
    return next(
        (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _position(before: str) -> types.Position:
    """Where a text ends, as an editor counts: \\r\\n is one end of a line, and columns are of UTF-16."""
    lines = re.split(r"\r\n|\r|\n", before)
    return types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le", "surrogatepass")) // 2)


class Editor:
    """One file in an editor. `shown`: the diagnostics that the server has sent for it, the last ones last."""

    def __init__(self, client: LanguageClient, uri: str) -> None:
        self.client, self.uri, self.version, self.text = client, uri, 0, ""
        self.document = types.TextDocumentIdentifier(uri)
        self.shown: list[list[types.Diagnostic]] = []
        self.told = asyncio.Event()

    @property
    def process(self) -> int:
        """The number of the server's process."""
        server = self.client._server
        assert server is not None
        return server.pid

    @staticmethod
    def is_config(text: str) -> bool:
        """Whether the server has anything to say of a text: it is a config now."""
        return text_looks_like_a_config(text)

    def heard(self, params: types.PublishDiagnosticsParams) -> None:
        """The server has sent diagnostics."""
        if params.uri == self.uri:
            self.shown.append(list(params.diagnostics))
            self.told.set()

    async def next(self) -> list[types.Diagnostic]:
        """The next diagnostics that come."""
        await self.told.wait()
        self.told.clear()
        return self.shown[-1]

    def open(self, text: str) -> None:
        """The file is opened."""
        self.text = text
        item = types.TextDocumentItem(self.uri, "yaml", self.version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, text: str, *, whole: bool = False) -> None:
        """The file has another text: what differs is told, or all of it."""
        self.version += 1
        named = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangeWholeDocument(text) if whole else typed(self.text, text)
        self.text = text
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))

    async def becomes(self, text: str) -> list[types.Diagnostic]:
        """The file has another text; what is shown then."""
        self.told.clear()
        self.change(text)
        return await self.next()

    async def complete(self, line: int, character: int) -> list[str]:
        """The names that are offered at a place."""
        at = types.CompletionParams(self.document, types.Position(line, character))
        found = await self.client.text_document_completion_async(at)
        assert isinstance(found, list)
        return [one.label for one in found]

    async def hover(self, line: int, character: int) -> str | None:
        """What is told of a place."""
        at = types.HoverParams(self.document, types.Position(line, character))
        found = await self.client.text_document_hover_async(at)
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def pages(self, line: int) -> list[types.Location]:
        """What is to be read of a line."""
        at = types.DefinitionParams(self.document, types.Position(line, 0))
        found = await self.client.text_document_definition_async(at)
        assert isinstance(found, list)
        return [one for one in found if isinstance(one, types.Location)]

    async def saved(self) -> str:
        """The text as the server would have it saved."""
        asked = types.WillSaveTextDocumentParams(self.document, types.TextDocumentSaveReason.Manual)
        found = await self.client.text_document_will_save_wait_until_async(asked)
        edit = types.WorkspaceEdit(changes={self.uri: list(found or ())})
        return self.applied(types.CodeAction("saved", edit=edit), self.text)

    async def hints(self) -> dict[int, str]:
        """The hints in the lines, by the line."""
        whole = types.Range(types.Position(0, 0), types.Position(999, 0))
        found = await self.client.text_document_inlay_hint_async(types.InlayHintParams(self.document, whole))
        return {one.position.line: str(one.label) for one in found or ()}

    async def actions(self, line: int, only: str | None = None) -> dict[str, types.CodeAction]:
        """The actions that are offered on a line, by their titles."""
        where = types.Range(types.Position(line, 0), types.Position(line, 1))
        context = types.CodeActionContext([], [only] if only else None)
        asked = types.CodeActionParams(self.document, where, context)
        found = await self.client.text_document_code_action_async(asked)
        return {one.title: one for one in found or () if isinstance(one, types.CodeAction)}

    def applied(self, action: types.CodeAction, text: str) -> str:
        """The text with an action's edits: from the last to the first."""
        assert action.edit is not None
        assert action.edit.changes is not None
        lines = text.splitlines(keepends=True)
        for edit in sorted(action.edit.changes[self.uri], key=lambda one: one.range.start.line, reverse=True):
            assert isinstance(edit, types.TextEdit)
            assert edit.range.start.character == edit.range.end.character == 0
            lines[edit.range.start.line : edit.range.end.line] = edit.new_text.splitlines(keepends=True)
        return "".join(lines)


@asynccontextmanager
async def editor(folder: Path, *options: str, name: str = "my.yml", settings: Any = None) -> AsyncIterator[Editor]:
    """A file of an editor whose server was started with these options."""
    client = LanguageClient("editor", "1")
    made = Editor(client, (folder / name).as_uri())

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def heard(params: types.PublishDiagnosticsParams) -> None:
        made.heard(params)

    await client.start_io(sys.executable, "-m", "wizard", "lsp", *options)
    begun = types.InitializeParams(
        types.ClientCapabilities(), initialization_options=settings, root_uri=folder.as_uri()
    )
    await client.initialize_async(begun)
    client.initialized(types.InitializedParams())
    try:
        yield made
        await client.shutdown_async(None)
        client.exit(None)
    except BaseException:  # it would wait for an end that nobody has asked for
        client._server.kill()  # type: ignore[union-attr]
        raise
    finally:
        await client.stop()  # type: ignore[no-untyped-call]
