"""Hears a log line by line, in bounded memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from wizard.doctor.course import Course
from wizard.doctor.heard import Death, Heard
from wizard.doctor.lines import bar_of, call_of, exception_of, is_code, is_data, parted, parts_of, time_of
from wizard.doctor.shortage import Shortage, shortage
from wizard.doctor.stacks import CallStack, Stacks, phase_of
from wizard.knowledge.deaths import DeathText, Kind, death_texts, done_texts, handled_texts, screen

_KILLED = re.compile(r"(?:^|[\]\d] {0,9})(Killed|Terminated)(?: {0,40}$| {2,40}\S)")
"""What a shell says of a process that a signal ended; the command stands behind it, in a column of its own."""
_ELASTIC = re.compile(r"^ {0,8}rank {1,8}: (\d{1,5}) \(local_rank")
_MOST = 200
"""Deaths that are kept of the first, and as many of the last."""
_MORE_LINES, _MORE_TEXT = 40, 4000
_ENDS = ("Traceback", "[20", "During handling", "The above exception", "{'", "  File ", "```", '"""')
_IGNORED = ("Exception ignored in", "Error in atexit", "Exception in thread Thread-")
"""What Python says of an exception after which the program goes on."""


@dataclass(slots=True)
class Listener:
    """What was heard so far of one log."""

    log: str
    _course: Course = field(default_factory=Course)
    _stacks: Stacks = field(default_factory=Stacks)
    _first: list[Death] = field(default_factory=list)
    _last: list[Death] = field(default_factory=list)
    _open: dict[int | None, tuple[Death, list[str]]] = field(default_factory=dict)
    _at: str | None = None
    _handled: int = 0
    _done: int | None = None
    _lines: int = 0
    _text: str = ""
    _ranks: int = 0
    _named: int | None = None
    _rank: int | None = None

    @property
    def course(self) -> Course:
        """How far the run has come."""
        return self._course

    def takes(self, line: int, raw: str) -> None:
        """Hear one line, without control characters. `line`: its number; several parts of a line may have the same."""
        if not raw.strip():
            return
        self._lines, self._text = line, raw
        self._at = time_of(raw) or self._at
        rank, text = parted(raw)
        parts = parts_of(text)
        if len(parts) == 1:
            self._hears(line, rank, text)
            return
        for part in parts:
            own, rest = parted(part)
            self._hears(line, own if own is not None else rank, rest)

    def _hears(self, line: int, rank: int | None, text: str) -> None:
        self._ranks = max(self._ranks, (rank if rank is not None else -1) + 1)
        bar = bar_of(text) if "%|" in text else None
        self._course.takes(line, text, bar)
        if (bar is not None and text.endswith("]")) or (text.startswith("{'") and text.endswith("}")):
            return  # what most of a long log is: nobody dies in it
        if _has(text, done_texts()):
            self._done = line
        if _has(text, handled_texts()):
            self._handled = line
            self._course.restarts()
        self._of_stacks(line, rank, text)
        if match := _ELASTIC.match(text):
            self._named = int(match[1])

    def ends(self) -> Heard:
        """What was heard in all."""
        for rank in [*self._open]:
            self._close(rank)
        for rank, stack in self._stacks.cut():
            self._add(self._death("", "exception", stack.line, "Traceback (most recent call last):", rank, stack))
        course = self._course
        return Heard(
            self.log, (*self._first, *self._last), tuple(course.samples), course.phase, course.step, course.steps,
            course.advances, self._handled, self._done, self._lines, self._text, self._ranks, course.settings,
            course.config,
        )  # fmt: skip

    def _of_stacks(self, line: int, rank: int | None, text: str) -> None:
        stack = self._stacks.of(rank)
        if text.startswith(_IGNORED):
            self._close(rank)
            stack.ignored = True
            return
        if "Traceback (most recent call last)" in text:
            self._close(rank)
            self._stacks.begins(rank, line, margin=len(text) - len(text.lstrip()))
            return
        call = call_of(text)
        if call is not None:
            if not stack.line:
                self._stacks.begins(rank, line, headless=True, margin=max(0, len(text) - len(text.lstrip()) - 2))
            if stack.open:
                stack.calls.append(call)
                stack.called = True
            return
        if self._stacks.says_again(rank, text):
            self._close(rank)
            return
        if _of_program(stack, text):
            return
        self._of_deaths(line, rank, text, stack)

    def _of_deaths(self, line: int, rank: int | None, text: str, stack: CallStack) -> None:
        name = exception_of(text, expected=stack.open)
        row = _row(text)
        if name is None and (row is None or (not stack.open and is_data(text))):
            self._more(rank, text)
            return
        followed = self._open.get(rank) if name is None and not stack.open else None
        self._close(rank)
        if stack.ignored:
            stack.ignored = stack.open = False
            return
        bare = not stack.open and followed is None
        kind: Kind = row.kind if row is not None else "exception"
        death = self._death(row.name if row is not None else name or "", kind, line, text, rank, stack, bare=bare)
        if name is not None:
            stack.open = False
        self._open[rank], self._rank = (death, []), rank

    def _more(self, rank: int | None, text: str) -> None:
        """A line that may belong to the message of an exception above it; a terminal that breaks lines leaves the rest
        without a rank.
        """
        rank = self._rank if rank is None and None not in self._open else rank
        waiting = self._open.get(rank)
        if waiting is None:
            return
        _, more = waiting
        if text.startswith(_ENDS) or len(more) >= _MORE_LINES or sum(map(len, more)) > _MORE_TEXT:
            self._close(rank)
        else:
            more.append(text)

    def _close(self, rank: int | None) -> None:
        waiting = self._open.pop(rank, None)
        if waiting is None:
            return
        death, more = waiting
        whole = "\n".join((death.text, *more))[:_MORE_TEXT]
        figures = shortage(death.text) if death.kind != "exception" else None
        wrapped = shortage(death.text + "".join(more)) if death.kind in ("gpu", "host") else None
        self._add(replace(death, message=whole, shortage=_fuller(figures, wrapped)))

    def _death(
        self, name: str, kind: Kind, line: int, text: str, rank: int | None, stack: CallStack, *, bare: bool = False
    ) -> Death:
        course, calls = self._course, () if bare else tuple(stack.calls)
        phase = phase_of(calls)
        placed = phase is not None or course.placed or any("axolotl/cli/" in path for path, _ in calls)
        if phase is None or phase == "train":
            phase = course.phase
        if rank is None and "exitcode" in text:
            rank = self._named
        return Death(
            name, kind, line, text, text, rank, calls, 0 if bare else stack.chain, phase, course.step, course.steps,
            course.advances, self._at, None, bare, placed,
        )  # fmt: skip

    def _add(self, death: Death) -> None:
        if len(self._first) < _MOST:
            self._first.append(death)
            return
        self._last.append(death)
        if len(self._last) > 2 * _MOST:
            del self._last[:_MOST]


def _of_program(stack: CallStack, text: str) -> bool:
    """Whether a line is of the program that a stack shows, and tells nothing by itself."""
    if text.lstrip().startswith(("raise ", "assert ")):
        return True
    if not stack.open:
        return False
    after, stack.called = stack.called, False
    return is_code(text) or (after and text.startswith(" " * (stack.margin + 4)))


def _has(text: str, pieces: tuple[str, ...]) -> bool:
    """Whether it has one of them; a loop, since this is asked of each line of what may be gigabytes."""
    for piece in pieces:  # noqa: SIM110
        if piece in text:
            return True
    return False


def _row(text: str) -> DeathText | None:
    """The row of deaths.toml that a line has the text of."""
    if not _has(text.lower(), screen()):
        return None
    found = next((row for row in death_texts() if any(piece in text for piece in row.text)), None)
    if found is None and (match := _KILLED.search(text)):
        found = next(row for row in death_texts() if row.name == match[1].lower())
    return found


def _fuller(one: Shortage | None, other: Shortage | None) -> Shortage | None:
    """The one that tells more: a terminal may have broken a line in two."""
    if one is None or other is None:
        return one or other
    known = [sum(getattr(each, name) is not None for name in ("asked", "capacity", "free", "allocated", "idle"))
             for each in (one, other)]  # fmt: skip
    return one if known[0] >= known[1] else other
