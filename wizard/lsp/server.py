"""The language server's state: the open files, judged after each change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from wizard import __version__
from wizard.domain.errors import InputError
from wizard.lsp import shown
from wizard.lsp.cursor import Cursor, cursor
from wizard.lsp.files import OpenFile
from wizard.lsp.ports import Engine
from wizard.lsp.positions import column_of, put

DEBOUNCE = 0.03
"""Seconds without another change, after which a text is judged."""


class OwnTexts(LanguageServerProtocol):
    """pygls ends lines where Python does, which no editor does, and moves an edit accordingly: it gets none."""

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Iterator[Any]:
        """Hand the edits on, as they came."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None


class ConfigServer(LanguageServer):
    """A server for Axolotl configs; other files are left alone."""

    def __init__(self, engine: Engine) -> None:
        kind = types.TextDocumentSyncKind.Incremental
        super().__init__("memwizard", __version__, protocol_cls=OwnTexts, text_document_sync_kind=kind)
        self.engine = engine
        self.files: dict[str, OpenFile] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}

    @property
    def codec(self) -> PositionCodec:
        """How the editor counts columns."""
        return self.workspace.position_codec

    def take(self, uri: str, text: str) -> None:
        """A file's text, judged once nothing has changed for a while."""
        if uri in self.files:
            self.files[uri].took(text)
        else:
            self.files[uri] = OpenFile(to_fs_path(uri) or uri, text)
        self.soon(uri)

    def edit(self, uri: str, changes: Sequence[types.TextDocumentContentChangeEvent]) -> None:
        """Parts of a file's text are others, one after the other; a file that is not open has none."""
        if uri in self.files:
            text = self.files[uri].text
            for change in changes:
                if isinstance(change, types.TextDocumentContentChangePartial):
                    text = put(self.codec, text, change.range, change.text)
                else:
                    text = change.text
            self.take(uri, text)

    def soon(self, uri: str) -> None:
        """Judge it in a while, and not before, whatever was planned."""
        if uri in self._waiting:
            self._waiting[uri].cancel()
        self._waiting[uri] = asyncio.get_running_loop().create_task(self._judge(uri))

    async def _judge(self, uri: str) -> None:
        await asyncio.sleep(DEBOUNCE)
        self._waiting.pop(uri, None)
        self.publish(uri)

    def publish(self, uri: str) -> None:
        """Judge a file now, and tell what was found."""
        file = self.files.get(uri)
        if file is None:
            return
        were_ours = file.ours
        file.judge(self.engine)
        found, pages = list[types.Diagnostic](), self.engine.page
        if file.problem is not None:
            found = [shown.broken(self.codec, file.lines, file.problem, file.name, pages)]
        elif file.judged is not None:
            found = shown.diagnostics(self.codec, file.lines, file.judged, pages)
        if file.ours or were_ours:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))
            if self.client_capabilities.workspace and self.client_capabilities.workspace.inlay_hint:
                self.workspace_inlay_hint_refresh(None)

    def now(self, uri: str) -> OpenFile | None:
        """The file, judged as it is now; None where it is not ours."""
        file = self.files.get(uri)
        if file is not None and uri in self._waiting:
            self._waiting.pop(uri).cancel()
            self.publish(uri)
        return file if file is not None and file.ours else None

    def drop(self, uri: str) -> None:
        """A file was closed: nothing of it stays."""
        if (task := self._waiting.pop(uri, None)) is not None:
            task.cancel()
        if (file := self.files.pop(uri, None)) is not None and file.ours:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def renew(self, settings: Mapping[str, object] | None = None) -> None:
        """An editor's new settings, or those that hold: what was kept is read anew, and every file judged again."""
        try:
            self.engine = self.engine.renewed(settings)
        except InputError as error:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"memwizard: {error}"))
        for uri in self.files:
            self.soon(uri)

    def cursor(self, file: OpenFile, at: types.Position) -> tuple[Cursor, str]:
        """Where an editor's cursor is, and the text of its line."""
        text = file.lines[at.line].rstrip("\r\n") if at.line < len(file.lines) else ""
        return cursor(file.lines, at.line, column_of(self.codec, text, at.character)), text
