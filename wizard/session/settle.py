"""Takes fixes until nothing is left to fix, on whatever holds the fields: a plan, or the text of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from wizard.domain.finding import Finding

ROUNDS = 20
_TRIES = 4
T = TypeVar("T")
Round = Callable[[T, frozenset[str]], tuple[T, list[Finding]]]
"""One round of fixes but for those of some codes: what comes of it, and the findings that were fixed."""


@dataclass(frozen=True, slots=True)
class AtRest(Generic[T]):
    """What is at rest, what was fixed on the way, and the codes that were left out. `hopeless`: nothing is at rest."""

    value: T
    fixed: tuple[Finding, ...] = ()
    left_out: frozenset[str] = frozenset()
    hopeless: bool = False


def together(findings: Iterable[Finding], take: Callable[[Finding], bool]) -> list[Finding]:
    """Take the first fixes that go together, and give the findings of those that changed something.

    Two that touch the same fields do not; a fix of what is short of memory is chosen for the plan as it is, so it goes
    alone. `take` tells whether something was changed.
    """
    taken, touched = list[Finding](), set[str]()
    for finding in findings:
        if finding.fix is None:
            continue
        keys = {*finding.fix.changes, *finding.keys}
        if keys & touched or (finding.on_memory and touched):
            continue
        if take(finding):
            taken.append(finding)
            touched |= keys
            if finding.on_memory:
                break
    return taken


def settle(start: T, one_round: Round[T]) -> AtRest[T]:
    """Fix, look again, and so on until nothing changes.

    Fixes that undo each other, or that have not come to rest after 20 rounds, are all left out; where that does not
    help, nothing is fixed. So a second call changes nothing.
    """
    found = _without_restless(start, one_round)
    for _ in range(_TRIES):
        if not found.left_out:
            return found
        again = _without_restless(found.value, one_round)
        if again.value == found.value:
            return found
        found = AtRest(again.value, _each_once((*found.fixed, *again.fixed)), again.left_out)
    return AtRest(start, hopeless=True)


def _without_restless(start: T, one_round: Round[T]) -> AtRest[T]:
    left_out: frozenset[str] = frozenset()
    while True:
        value, fixed, restless = _rounds(start, one_round, left_out)
        if not restless:
            return AtRest(value, _each_once(fixed), left_out)
        left_out |= restless


def _rounds(start: T, one_round: Round[T], left_out: frozenset[str]) -> tuple[T, list[Finding], frozenset[str]]:
    """The value at rest and what was fixed, or the codes whose fixes do not come to rest."""
    seen, taken = [start], list[list[Finding]]()
    for _ in range(ROUNDS):
        after, fixed = one_round(seen[-1], left_out)
        if after == seen[-1]:
            return after, [one for each in taken for one in each], frozenset()
        taken.append(fixed)
        if after in seen:
            return start, [], _codes(taken[seen.index(after) :])
        seen.append(after)
    return start, [], _codes(taken[ROUNDS // 2 :])


def _codes(taken: Iterable[Iterable[Finding]]) -> frozenset[str]:
    return frozenset(one.code for each in taken for one in each)


def _each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first of those with the same code and fields."""
    found: dict[tuple[str, ...], Finding] = {}
    for one in findings:
        found.setdefault((one.code, *one.fields), one)
    return tuple(found.values())
