"""The text of a JSON list, as much of it as one row takes."""

from __future__ import annotations

import codecs
import json
import os
import re
from typing import IO, Any

from wizard.domain.errors import InputError
from wizard.world.reading import MAX_ROW, Reading

_CHUNK = 1 << 16
_SPACE = re.compile(r"\s*")


class JsonText:
    """Text that is read on when it is needed; `line` is where it begins. Raises InputError with file and line."""

    def __init__(self, reading: Reading, file: IO[bytes]) -> None:
        self.line = 1
        self._reading, self._file = reading, file
        self._size = max(1, os.fstat(file.fileno()).st_size)
        self._turned = codecs.getincrementaldecoder("utf-8-sig")()
        self._decoder = json.JSONDecoder()
        self._text, self._at = "", 0
        self._done = False

    def next(self) -> str:
        """The next character that is no space; it stays."""
        while not self._text[self._at : self._at + 1].strip():
            if self._at == len(self._text):
                if self._done:
                    raise self._error("the list has no end")
                self._fill()
            spaces = _SPACE.match(self._text, self._at)
            self._pass(spaces.end() - self._at if spaces else 0)
        return self._text[self._at]

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
                found, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._error("nested too deep") from None
            except ValueError:
                held = len(self._text) - self._at
                if self._done:
                    raise self._error("not valid JSON") from None
                if held > MAX_ROW:
                    raise self._error(f"the row is longer than {MAX_ROW >> 20} MiB, or not valid JSON") from None
                self._fill(2 * held)
            else:
                self._pass(end - self._at)
                return dict(found)

    def _pass(self, count: int) -> None:
        """Leave so many characters behind; they are thrown away when the text is read on."""
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count
        if len(self._text) - self._at < _CHUNK // 4 and not self._done:
            self._fill()

    def _fill(self, wanted: int = 0) -> None:
        """Read on, until so many characters are held."""
        pieces = [self._text[self._at :]]
        held = len(pieces[0])
        self._at = 0
        while not self._done:
            piece = self._file.read(_CHUNK)
            try:
                pieces.append(self._turned.decode(piece, final=not piece))
            except UnicodeDecodeError:
                raise self._error("not UTF-8 text") from None
            held += len(pieces[-1])
            self._done = not piece
            self._reading.say(self._file.tell() / self._size)
            if held >= wanted:
                break
        self._text = "".join(pieces)

    def _error(self, why: str) -> InputError:
        return InputError(why, file=self._reading.path, line=self.line)
