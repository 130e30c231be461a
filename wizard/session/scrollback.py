"""The last lines of what a run prints, as a terminal would show them, in bounded memory."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from wizard.domain.text import safe

MOST, LONGEST = 5000, 4000
"""Lines that are kept, and characters of one."""
_PARTS = re.compile(
    r"(?P<up>\x1b\[(?P<rows>\d{0,3})A)|(?P<end>\n)|(?P<back>\r)"
    r"|(?P<steers>\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)|[@-Z\\-_]))"
    r"|(?P<text>[^\x1b\r\n]+|\x1b)"
)
_CUT = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}|\][^\x07\x1b]{0,400}\x1b?)?$")
"""The beginning of a sequence whose end has not come yet."""


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")(errors="replace")


@dataclass(slots=True)
class Scrollback:
    """Lines are numbered from 0, those that are kept no more too.

    Of what steers a terminal, ends of lines, carriage returns and steps upwards (bars are drawn with them) are heeded,
    colours and the like left out; any other control character is shown as `\\u0007`.
    """

    _lines: deque[str] = field(default_factory=lambda: deque([""], maxlen=MOST))
    _count: int = 1
    _above: int = 0
    _over: bool = False
    _stream: int = 0
    _rest: dict[int, str] = field(default_factory=dict)
    _decoders: dict[int, codecs.IncrementalDecoder] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The number of the first line that is kept."""
        return self._count - len(self._lines)

    @property
    def end(self) -> int:
        """One more than the number of the last one that has anything in it."""
        return self._count - (not self._lines[-1])

    def takes(self, raw: bytes, stream: int = 0) -> None:
        """Something was printed. `stream`: lines of two are not mixed."""
        decoder = self._decoders.setdefault(stream, _decoder())
        text = self._rest.pop(stream, "") + decoder.decode(raw)
        if cut := _CUT.search(text):
            text, self._rest[stream] = text[: cut.start()], cut[0]
        if stream != self._stream:
            self._stream = stream
            self.begins()
        for part in _PARTS.finditer(text):
            if part["text"] is not None:
                self._writes(part["text"])
            elif part["end"] is not None:
                self._ends()
            elif part["back"] is not None:
                self._over = True
            elif part["up"] is not None:
                self._above = min(self._above + int(part["rows"] or 1), len(self._lines) - 1)

    def says(self, text: str) -> None:
        """Lines of ours, below all others."""
        self.begins()
        for line in text.split("\n"):
            self._writes(line)
            self._ends()

    def begins(self) -> None:
        """What comes next is on a line of its own, below all others."""
        self._above, self._over = 0, False
        if self._lines[-1]:
            self._ends()

    def between(self, first: int, end: int) -> Sequence[str]:
        """The lines from `first` to before `end`, as far as they are kept."""
        start, stop = max(0, first - self.first), max(0, end - self.first)
        return [*islice(self._lines, start, stop)]

    def _writes(self, text: str) -> None:
        place = -1 - self._above
        before = "" if self._over else self._lines[place]
        self._over = False
        self._lines[place] = (before + safe(text.replace("\t", "    ")))[:LONGEST]

    def _ends(self) -> None:
        self._over = self._above > 0  # below it stands what was drawn before
        if self._above:
            self._above -= 1
            return
        self._lines.append("")
        self._count += 1
