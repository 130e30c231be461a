"""Taking the fixes of findings: the next one, or all that are safe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.review import Review, review
from wizard.session.state import State

ROUNDS = 20
_ORDER = {"error": 0, "warning": 1, "hint": 2}


def next_fix(review: Review) -> Finding | None:
    """The finding whose fix comes first: errors before warnings; a hint only where its fix is safe."""
    fixable = [
        finding
        for finding in review.findings
        if finding.fix is not None and (finding.severity != "hint" or finding.fix.safety == "safe")
    ]
    return min(fixable, key=lambda finding: _ORDER[finding.severity], default=None)


def prefer_same_training(found: Review) -> Review:
    """The review with the fix of a plan that does not fit chosen for a person who takes one after the other.

    Where no single change makes it fit, those come first after which the same is trained; `check` names the one that
    saves most, whatever it gives up.
    """
    over = next((one for one in found.findings if one.code == "MW901" and one.fix is not None), None)
    changes = found.changes() if over is not None else ()
    free = found.machine.free_bytes if found.machine else None
    if over is None or any(change.estimate.fit(free) == "fits" for change in changes):
        return found
    best = max(changes, key=lambda change: (change.safety == "safe", change.saves_bytes))
    fix = Fix(best.changes, best.safety, best.says, best.saves_bytes)
    findings = tuple(replace(one, fix=fix) if one is over else one for one in found.findings)
    return replace(found, findings=findings)


def safe_fixes(state: State) -> tuple[State, tuple[str, ...]]:
    """The state with every safe fix taken, and those that follow from them, and the codes of what was fixed.

    Fixes that undo each other, or that have not come to rest after 20 rounds, are left out.
    """
    left_out: frozenset[str] = frozenset()
    while True:
        settled, fixed, restless = _rounds(state, left_out)
        if not restless:
            return settled, fixed
        left_out |= restless


def _rounds(state: State, left_out: frozenset[str]) -> tuple[State, tuple[str, ...], frozenset[str]]:
    """The settled state and what was fixed, or the codes whose fixes do not come to rest."""
    seen: list[Plan] = [state.plan]
    taken: list[list[str]] = []
    for _ in range(ROUNDS):
        findings = review(state.plan, state.model, state.machine).findings
        changes, codes = _together(state.plan, (one for one in findings if one.code not in left_out))
        after = state.with_fields(changes)
        if after.plan == state.plan:
            fixed = dict.fromkeys(code for codes in taken for code in codes)
            return state, tuple(fixed), frozenset()
        taken.append(codes)
        if after.plan in seen:
            return state, (), frozenset(code for codes in taken[seen.index(after.plan) :] for code in codes)
        seen.append(after.plan)
        state = after
    return state, (), frozenset(code for codes in taken[ROUNDS // 2 :] for code in codes)


def _together(plan: Plan, findings: Iterable[Finding]) -> tuple[dict[str, object], list[str]]:
    """The safe changes that do not touch the same fields, and their codes.

    A fix of what is short of memory is chosen for the plan as it is, so it goes alone.
    """
    changes, codes, touched = dict[str, object](), list[str](), set[str]()
    for finding in findings:
        if finding.fix is None or finding.fix.safety != "safe" or plan.changed(finding.fix.changes) == plan:
            continue
        keys = {*finding.fix.changes, *finding.fields}
        alone = finding.on_memory
        if keys & touched or (alone and touched):
            continue
        changes |= finding.fix.changes
        codes.append(finding.code)
        touched |= keys
        if alone:
            break
    return changes, codes
