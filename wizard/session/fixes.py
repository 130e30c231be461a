"""Taking the fixes of findings: the next one, or all that are safe."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from wizard.domain.finding import Finding, Fix, Later
from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.review import Review, review
from wizard.session.settle import settle, together
from wizard.session.state import State

_ORDER = {"error": 0, "warning": 1, "hint": 2}


def next_fix(review: Review) -> Finding | None:
    """The finding whose fix comes first: errors before warnings; a hint only where its fix is safe."""
    fixable = [
        finding
        for finding in review.findings
        if finding.fix is not None and (finding.severity != "hint" or finding.fix.safety == "safe")
    ]
    return min(fixable, key=lambda finding: _ORDER[finding.severity], default=None)


def first_told(review: Review) -> Finding | None:
    """The finding to tell where there is room for one: of the gravest, the one whose fix comes first."""
    gravest = min(review.findings, key=lambda finding: _ORDER[finding.severity], default=None)
    fixable = next_fix(review)
    if gravest is None or fixable is None:
        return gravest
    return fixable if fixable.severity == gravest.severity else gravest


def prefer_same_training(found: Review) -> Review:
    """The review with the fix of a plan that does not fit chosen for a person who takes one after the other.

    Where no single change makes it fit, those come first after which the same is trained; `check` names the one that
    saves most, whatever it gives up.
    """
    over = next((one for one in found.findings if one.code == "MW901"), None)
    if over is None:
        return found

    def look() -> Fix | None:
        changes = found.changes() if over.fix is not None else ()
        free = found.machine.free_bytes if found.machine else None
        if not changes or any(change.estimate.fit(free) == "fits" for change in changes):
            return over.fix
        best = max(changes, key=lambda change: (change.safety == "safe" or change.divides, change.saves_bytes))
        return Fix(best.changes, best.safety, best.says, best.saves_bytes)

    findings = tuple(replace(one, offer=Later(look)) if one is over else one for one in found.findings)
    return replace(found, findings=findings)


def reviewed(state: State, heads: Mapping[str, Head] | None = None) -> Review:
    """The review of a state as a wizard shows it; no face makes another one. `heads`: of the data files here."""
    return prefer_same_training(review(state.plan, state.model, state.machine, heads))


def safe_fixes(state: State) -> tuple[State, tuple[str, ...]]:
    """The state with every safe fix taken, and those that follow from them, and the codes of what was fixed."""
    settled = settle(state, _round)
    return settled.value, tuple(dict.fromkeys(one.code for one in settled.fixed))


def with_safe_fixes(
    plan: Plan, model: Model | None, machine: Machine | None, heads: Mapping[str, Head], named: Container[str] = ()
) -> Plan:
    """A new plan with every safe fix taken, so that its file has none to offer. Keys that a person `named` stay."""

    def one_round(before: Plan, left_out: frozenset[str]) -> tuple[Plan, list[Finding]]:
        now = before

        def take(finding: Finding) -> bool:
            nonlocal now
            was, now = now, now.changed(finding.fix.changes if finding.fix is not None else {})
            return now != was

        found = review(before, model, machine, heads).findings
        fixed = together((one for one in found if one.code not in left_out and _free(one, named)), take)
        return now, fixed

    return settle(plan, one_round).value


def _free(finding: Finding, named: Container[str]) -> bool:
    """Whether its fix is a safe one, and touches nothing that was named."""
    fix = finding.fix
    return fix is not None and fix.safety == "safe" and not any(key in named for key in fix.changes)


def _round(state: State, left_out: frozenset[str]) -> tuple[State, list[Finding]]:
    now = state

    def take(finding: Finding) -> bool:
        nonlocal now
        assert finding.fix is not None
        before, now = now, now.with_fields(finding.fix.changes)
        return now.plan != before.plan

    safe = (one for one in reviewed(state).findings if one.fix is not None and one.fix.safety == "safe")
    fixed = together((one for one in safe if one.code not in left_out), take)
    return now, fixed
