"""Which of all that a log tells was the death: what was handled is none, and who waits dies later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from wizard.doctor.heard import Death, Heard
from wizard.knowledge.deaths import Kind

_ORDER: dict[Kind, int] = {
    **dict.fromkeys(("gpu", "generation", "host", "shared", "disk", "kernel"), 0),
    **dict.fromkeys(("exception", "broken"), 1), "killed": 2, "stopped": 3, "follower": 4,
}  # fmt: skip
"""A lack of memory is what others follow from; an exception may have been expected; who is killed, or waits in vain,
only follows. """
_OURS = re.compile(r"\((?:python|axolotl|accelerate|torchrun|pt_)")
Known = Callable[[Death], bool]


def weight(death: Death) -> int:
    """Its place among kinds: the least is the cause of others. A stack that is cut off may be a launcher's."""
    return _ORDER["stopped"] if death.kind == "exception" and not death.name else _ORDER[death.kind]


def unhandled(heard: Heard) -> tuple[Death, ...]:
    """Those after which the run did not go on."""
    return tuple(one for one in heard.deaths if not _handled(one, heard))


def _handled(death: Death, heard: Heard) -> bool:
    """Whether the run went on after it: it said so, came to its end, or took two more steps.

    One step may be shown after it by another rank, which had finished it already.
    """
    if death.line <= heard.handled or (heard.done is not None and death.line < heard.done):
        return True
    return heard.advances - death.advances >= 2


def first(heard: Heard, known: Known) -> Death | None:
    """The death of one log."""
    left = unhandled(heard)
    if not left:
        return None
    least = min(map(weight, left))
    found = [one for one in left if weight(one) == least]
    if least == 0:
        return _fullest([one for one in found if one.kind != "kernel"] or _of_kernel(found))
    if least == 1:
        return _of_exceptions(found, known)
    return _named(found)


def _fullest(found: Sequence[Death]) -> Death:
    """The first, with what another line of the same rank tells of it."""
    one = found[0]
    if one.shortage is not None and one.rank is not None:
        return one
    same = (other for other in found if other.kind == one.kind and other.rank is not None)
    other = next((other for other in same if other.shortage == one.shortage), None)
    return replace(one, rank=other.rank) if other is not None and one.rank is None and one.shortage else one


def _of_kernel(found: Sequence[Death]) -> list[Death]:
    """The last that is about a program of ours: the system's log may be long."""
    ours = [one for one in found if _OURS.search(one.text)] or found
    return [ours[-1]]


def _named(found: Sequence[Death]) -> Death:
    """The first, and its rank where a later line tells it."""
    one = found[0]
    if one.rank is not None:
        return one
    other = next((each for each in found if each.rank is not None), one)
    if other.name != one.name:
        return replace(one, rank=other.rank)
    return replace(other, phase=one.phase, step=one.step, steps=one.steps, at=one.at)


def _of_exceptions(found: Sequence[Death], known: Known) -> Death:
    """Of those that came one of another, the one that is known, else the last; those with a stack first."""
    solid = [one for one in found if not one.bare] or list(found)
    head = solid[0]
    chained = [one for one in solid if (one.rank, one.chain) == (head.rank, head.chain)] if not head.bare else [head]
    for one in chained if not head.bare else solid:
        if one.kind == "broken" or known(one):
            return one
    others = [one for one in found if one not in chained and known(one)]
    if others and not known(chained[-1]) and others[0].bare is False:
        return others[0]
    # a pool of processes raises again what a worker died of: the worker's stack tells where
    return next(one for one in chained if one.text == chained[-1].text)


def leading(firsts: Iterable[tuple[int, Death]]) -> int | None:
    """Whose death was the first, by the number of its log; None where there is none."""
    found = list(firsts)
    if not found:
        return None
    timed = all(death.at is not None for _, death in found)
    return min(found, key=lambda one: (weight(one[1]), one[1].at or "" if timed else "", one[0]))[0]
