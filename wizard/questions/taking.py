"""What taking an answer brings: the fields that move along, or why it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.questions.question import Situation
from wizard.review import codes, stopping, stops

_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Taken:
    """The changes that an answer comes to, those that move along included. `closed`: what would stop the run.

    `closed` is empty where nothing does that does not stop it already.
    """

    changes: Mapping[str, object]
    closed: str = ""


def taken(answer: Mapping[str, object], situation: Situation, found: Iterable[Finding]) -> Taken:
    """What an answer comes to. `found`: the findings as things are.

    Where it would bring a finding of which a run stops, the fix of that moves along, unless it undoes the answer. If
    then the run still stops, the answer stays as it is, and is closed.
    """
    known = codes(stopping(found))
    changes, left = along(situation.plan, answer, situation, known)
    return Taken(answer, left[0].message) if left else Taken(changes)


def along(
    plan: Plan, answer: Mapping[str, object], situation: Situation, known: frozenset[str]
) -> tuple[Mapping[str, object], tuple[Finding, ...]]:
    """The changes of this plan that an answer comes to, and what of other codes than the known stops the run still."""
    changes = dict(answer)
    for _ in range(_ROUNDS):
        new = _unknown(plan.changed(changes), situation, known)
        fixes = [one.fix.changes for one in new if one.fix is not None and not one.fix.guess and not one.fix.decide]
        fitting = [fix for fix in fixes if answer.keys().isdisjoint(fix)]
        if not fitting:
            return changes, new
        changes |= fitting[0]
    return changes, _unknown(plan.changed(changes), situation, known)


def _unknown(plan: Plan, situation: Situation, known: frozenset[str]) -> tuple[Finding, ...]:
    found = stops(plan, situation.model, situation.machine)
    return tuple(one for one in found if one.code not in known)
