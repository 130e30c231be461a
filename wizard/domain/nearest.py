"""The nearest known name, for the sentence after a wrong one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from itertools import chain

_COMPARED = 6
"""How many candidates are compared closely: those that share most with the name."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, without regard to case, or None if none is near."""
    wanted = name.lower()
    by_lower, lowered, holders = _index(tuple(known))
    shared = Counter(chain.from_iterable(holders.get(piece, ()) for piece in _pieces(wanted)))
    likely = nlargest(_COMPARED, sorted(shared), key=shared.__getitem__)
    if len(likely) < _COMPARED:
        likely += [place for place in range(len(lowered)) if place not in shared][: _COMPARED - len(likely)]
    close = closest(wanted, tuple(lowered[place] for place in likely), 0.5)
    return by_lower[close] if close is not None else None


@lru_cache(maxsize=256)
def closest(word: str, known: tuple[str, ...], cutoff: float) -> str | None:
    """The one of `known` that difflib finds most like `word`; None where none reaches `cutoff`, from 0 to 1.

    As `difflib.get_close_matches` with n=1; what can't be nearer than the best so far is passed over.
    """
    best, found = cutoff, ""
    matcher = SequenceMatcher()
    matcher.set_seq2(word)
    for name in known:
        if 2 * min(len(word), len(name)) < best * (len(word) + len(name)):
            continue
        matcher.set_seq1(name)
        if matcher.quick_ratio() >= best:
            best, found = max((best, found), (matcher.ratio(), name))
    return found or None


@lru_cache(maxsize=16)
def _index(known: tuple[str, ...]) -> tuple[dict[str, str], list[str], dict[str, list[int]]]:
    """The names by their lower case, these, and for each piece the places of those that have it."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    lowered = list(by_lower)
    holders: dict[str, list[int]] = {}
    for place, candidate in enumerate(lowered):
        for piece in _pieces(candidate):
            holders.setdefault(piece, []).append(place)
    return by_lower, lowered, holders


def _pieces(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters."""
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`" Did you mean 'x'?"`, or an empty text."""
    close = nearest(name, known)
    return f" Did you mean '{close}'?" if close else ""
