"""Lines out of what a run prints, as it comes: of a bar that is drawn again and again, each drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wizard.world.logs import MAX_LINE, readable

_BREAK = re.compile(rb"\r\n|\n|\r")


@dataclass(slots=True)
class Pieces:
    """What is not at its end yet of one stream. `line`: the number of the line that it is in."""

    line: int = 1
    _rest: bytes = b""

    def take(self, text: bytes) -> Iterator[tuple[int, str]]:
        """The lines that are at their end by now."""
        whole = self._rest + text
        *ended, self._rest = _BREAK.split(whole)
        breaks = _BREAK.findall(whole)
        if len(self._rest) > MAX_LINE:
            self._rest = self._rest[: MAX_LINE // 2] + self._rest[-MAX_LINE // 2 :]
        for raw, cut in zip(ended, breaks, strict=True):
            yield self.line, readable(raw[:MAX_LINE])
            self.line += cut != b"\r"

    def rest(self) -> str:
        """What came after the last end of a line."""
        found, self._rest = self._rest, b""
        return readable(found)
