"""What can stand at a cursor."""

from __future__ import annotations

import re

from lsprotocol import types

from wizard.domain.version import Version
from wizard.lsp.cursor import Cursor
from wizard.lsp.files import OpenFile
from wizard.lsp.knowledge import inside, told, values

_TOP = re.compile(r"([\w-]+)\s*:")


def completions(file: OpenFile, at: Cursor, place: types.Range, version: Version) -> list[types.CompletionItem]:
    """Values of the key, or keys of the block; at the top without those that are there already."""
    found = [] if at.at == "key" else [_value(text, place) for text in values(at, version)]
    if at.at == "value":
        return found
    there = set[str]() if at.block else {match[1] for line in file.lines if (match := _TOP.match(line))}
    for number, key in enumerate(inside(at.block, version)):
        name = key.path.rpartition(".")[2]
        if name not in there or at.path == key.path:
            item = types.CompletionItem(
                name,
                kind=types.CompletionItemKind.Property,
                detail=key.wanted(),
                documentation=types.MarkupContent(types.MarkupKind.Markdown, told(key)),
                sort_text=f"{number:04}",
                text_edit=types.TextEdit(
                    place, name if at.at == "key" and at.end - at.start > len(at.typed) else f"{name}: "
                ),
            )
            found.append(item)
    return found


def _value(text: str, place: types.Range) -> types.CompletionItem:
    return types.CompletionItem(text, kind=types.CompletionItemKind.Value, text_edit=types.TextEdit(place, text))
