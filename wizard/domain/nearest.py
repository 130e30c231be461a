"""The nearest known name, for the sentence after a wrong one."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable
from functools import lru_cache

_COMPARED = 6
"""How many candidates are compared closely: those that share most with the name."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, without regard to case, or None if none is near."""
    wanted = name.lower()
    by_lower, lowered, pieces = _index(tuple(known))
    ours = _pieces(wanted)
    shared = [len(ours & one) for one in pieces]
    likely = [lowered[place] for place in heapq.nlargest(_COMPARED, range(len(shared)), key=shared.__getitem__)]
    close = difflib.get_close_matches(wanted, likely, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


@lru_cache(maxsize=16)
def _index(known: tuple[str, ...]) -> tuple[dict[str, str], list[str], list[frozenset[str]]]:
    """The names by their lower case, these, and the pieces of each."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    return by_lower, list(by_lower), [_pieces(candidate) for candidate in by_lower]


def _pieces(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters."""
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`" Did you mean 'x'?"`, or an empty text."""
    close = nearest(name, known)
    return f" Did you mean '{close}'?" if close else ""
