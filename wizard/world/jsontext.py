"""The text of a JSON list, as much of it as one row takes."""

from __future__ import annotations

import codecs
import json
import os
from typing import IO, Any

from wizard.domain.errors import InputError
from wizard.world.reading import MAX_ROW, Reading

_CHUNK = 1 << 16


class JsonText:
    """Text that is read on when it is needed; `line` is where it begins. Raises InputError with file and line."""

    def __init__(self, reading: Reading, file: IO[bytes]) -> None:
        self.line = 1
        self._reading, self._file = reading, file
        self._size = max(1, os.fstat(file.fileno()).st_size)
        self._turned = codecs.getincrementaldecoder("utf-8-sig")()
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._done = False

    def next(self) -> str:
        """The next character that is no space; it stays."""
        while not self._text[:1].strip():
            if not self._text and self._done:
                raise self._error("the list has no end")
            if not self._text:
                self._fill()
            self._pass(len(self._text) - len(self._text.lstrip()))
        return self._text[0]

    def take(self, wanted: str) -> str:
        """One of these characters, which must come next."""
        found = self.next()
        if found not in wanted:
            raise self._error(f"`{wanted[0]}` is missing")
        self._pass(1)
        return found

    def row(self) -> dict[str, Any]:
        """An object, which must come next. The text is read on by doubling, so none is parsed more than a few times."""
        if self.next() != "{":
            raise self._error("not a JSON object")
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text)
            except RecursionError:
                raise self._error("nested too deep") from None
            except ValueError:
                if self._done:
                    raise self._error("not valid JSON") from None
                if len(self._text) > MAX_ROW:
                    raise self._error(f"the row is longer than {MAX_ROW >> 20} MiB, or not valid JSON") from None
                wanted = 2 * len(self._text)
                while len(self._text) < wanted and not self._done:
                    self._fill()
            else:
                self._pass(end)
                return dict(found)

    def _pass(self, count: int) -> None:
        self.line += self._text.count("\n", 0, count)
        self._text = self._text[count:]
        if len(self._text) < _CHUNK // 4 and not self._done:
            self._fill()

    def _fill(self) -> None:
        piece = self._file.read(_CHUNK)
        try:
            self._text += self._turned.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise self._error("not UTF-8 text") from None
        self._done = not piece
        self._reading.say(self._file.tell() / self._size)

    def _error(self, why: str) -> InputError:
        return InputError(why, file=self._reading.path, line=self.line)
