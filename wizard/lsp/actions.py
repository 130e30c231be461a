"""Fixes as an editor's actions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from lsprotocol import types
from pygls.workspace import PositionCodec

from wizard.domain.errors import InputError
from wizard.lsp.files import OpenFile
from wizard.lsp.ports import Engine
from wizard.lsp.positions import edits
from wizard.lsp.shown import diagnostics

FIX_ALL = "source.fixAll.memwizard"


def actions(
    engine: Engine, codec: PositionCodec, uri: str, file: OpenFile, asked: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """The fixes of what stands in the range that is asked for, and all safe ones at once."""
    only = asked.context.only
    if _wanted(types.CodeActionKind.QuickFix.value, only):
        yield from _fixes(engine, codec, uri, file, asked.range)
    if _wanted(FIX_ALL, only):
        new = settled(engine, file)
        if new != file.text:
            edit = types.WorkspaceEdit(changes={uri: edits(file.text, new)})
            yield types.CodeAction("Fix all that is safe to fix", kind=FIX_ALL, edit=edit)


def settled(engine: Engine, file: OpenFile) -> str:
    """Its text with all safe fixes; as it is where there can be none."""
    try:
        return engine.settled(file.text, file.name)
    except InputError:
        return file.text


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind of action is asked for, by its name or by one above it."""
    names = [one.value if isinstance(one, types.CodeActionKind) else one for one in only or [kind]]
    return any(kind == name or kind.startswith(f"{name}.") or not name for name in names)


def _fixes(
    engine: Engine, codec: PositionCodec, uri: str, file: OpenFile, asked: types.Range
) -> Iterator[types.CodeAction]:
    if file.judged is None:
        return
    shown = diagnostics(codec, file.lines, file.judged, engine.page)
    for (finding, _), diagnostic in zip(file.judged.placed, shown, strict=True):
        where = diagnostic.range
        if finding.fix is None or where.end.line < asked.start.line or where.start.line > asked.end.line:
            continue
        safe = finding.fix.safety == "safe"
        with suppress(InputError):
            new = engine.changed(file.text, file.name, finding.fix.changes)
            yield types.CodeAction(
                f"{finding.code}: {finding.fix.says}" + ("" if safe else " (changes the training)"),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=safe,
                edit=types.WorkspaceEdit(changes={uri: edits(file.text, new)}),
            )
