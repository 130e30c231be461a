"""The stacks of a log, each rank's apart, since ranks write over one another; and the phase that a stack tells."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from wizard.doctor.heard import Call
from wizard.knowledge.deaths import making, phase_marks, row_calls

_MOST_CALLS, _MOST_RANKS = 160, 4096
_AGAIN = ("During handling of the above exception", "was the direct cause of the following exception")


@dataclass(slots=True)
class CallStack:
    """What is known of one rank's last stack. `open`: the exception that ends it has not come yet. `headless`: the log
    begins in its middle. `called`: the line before was a call, so that this one is of the program. `ignored`: Python
    says that it goes on after the exception. `margin`: blanks before each of its lines.
    """

    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_MOST_CALLS))
    open: bool = False
    headless: bool = False
    again: bool = False
    chain: int = 0
    line: int = 0
    called: bool = False
    ignored: bool = False
    margin: int = 0


@dataclass(slots=True)
class Stacks:
    """The stacks of a log as they come, by rank."""

    _by_rank: dict[int | None, CallStack] = field(default_factory=dict)
    _chains: int = 0

    def of(self, rank: int | None) -> CallStack:
        """The stack of a rank; of a line without one, that of all of them."""
        if rank not in self._by_rank and len(self._by_rank) >= _MOST_RANKS:
            rank = None
        return self._by_rank.setdefault(rank, CallStack())

    def begins(self, rank: int | None, line: int, *, headless: bool = False, margin: int = 0) -> None:
        """A new one begins."""
        stack = self.of(rank)
        stack.headless = headless
        if not stack.again:
            self._chains += 1
            stack.chain = self._chains
        stack.calls.clear()
        stack.open, stack.again, stack.line = True, False, line
        stack.called, stack.margin = False, margin

    def says_again(self, rank: int | None, text: str) -> bool:
        """Whether a line says that the next one came out of the last; it is kept."""
        if any(one in text for one in _AGAIN):
            self.of(rank).again = True
            return True
        return False

    def cut(self) -> Iterator[tuple[int | None, CallStack]]:
        """Those that are open at the end, and were seen to begin."""
        for rank, stack in self._by_rank.items():
            if stack.open and stack.calls and not stack.headless and not stack.ignored:
                yield rank, stack


def phase_of(calls: Iterable[Call]) -> str | None:
    """The phase that the calls of a stack tell, None where they tell none."""
    here = {place for path, function in calls for place in _places(path, function)}
    return phase_marks()[min(here)].name if here else None


@lru_cache(maxsize=4096)
def _places(path: str, function: str) -> tuple[int, ...]:
    """The phases that have a call, by their places in the list: one of a name may stand there twice."""
    return tuple(
        place
        for place, marks in enumerate(phase_marks())
        if any(_is(part, name, path, function) for part, name in marks.calls)
    )


def term_of(calls: Iterable[Call]) -> str | None:
    """The term of the estimate that the innermost calls of a stack were making, None where they tell none."""
    for path, function in reversed(tuple(calls)):
        for term, marks in making():
            if any(_is(part, name, path, function) for part, name in marks):
                return term
    return None


def reads_rows(calls: Iterable[Call]) -> bool:
    """Whether a stack was reading a row of the data."""
    return any(_is(part, name, *call) for call in calls for part, name in row_calls())


def _is(part: str, name: str, path: str, function: str) -> bool:
    if part not in path:
        return False
    return function.startswith(name[:-1]) if name.endswith("*") else function == name
