"""A table as text that Axolotl's loader does not read: in another encoding, or with other marks than commas."""

from __future__ import annotations

import codecs
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.world import csvhead
from wizard.world.reading import opened

_BY_MARK = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESS = "windows-1252"
"""What spreadsheets write in the west where they write no UTF-8."""


def table(path: str) -> tuple[list[dict[str, object]], str]:
    """All rows of a table of texts, and the encoding where that was guessed. Raises InputError."""
    try:
        with opened(Path(path).expanduser()) as file:
            data = file.read()
    except OSError as error:
        raise InputError(error.strerror or "can't be read", file=path) from None
    try:
        text, guessed = decoded(data)
        return csvhead.rows(text, whole=True, mark=csvhead.mark_of(text)), guessed
    except InputError as error:
        raise InputError(error.message, file=path, line=error.line) from None


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and its encoding where that was guessed. Raises InputError for what is no text."""
    named = next((name for mark, name in _BY_MARK if data.startswith(mark)), "utf-8")
    try:
        return data.decode(named), ""
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise InputError("it is no text")
    return data.decode(_GUESS, errors="replace"), _GUESS
