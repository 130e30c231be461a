"""A fix in words, for the screen and for lines."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE, Plan
from wizard.output.text.findings import saving
from wizard.output.yaml import flow

UNSAFE = "It is not a safe fix: the run is no longer the same."


def fix_text(finding: Finding, key: str = "") -> str:
    """`^f: rank 32 → 16` and `^f, unsafe: ...`; without a key `fix: ...`. Empty where it has none."""
    if finding.fix is None:
        return ""
    return f"{key or 'fix'}{', unsafe' if finding.fix.safety == 'unsafe' else ''}: {finding.fix.says}"


def asked_text(finding: Finding) -> str:
    """What is asked before an unsafe fix is taken: what it does, and what has to be decided all the same."""
    assert finding.fix is not None
    decide = f" {finding.fix.decide}" if finding.fix.decide else ""
    return f"The fix of {finding.code}: {finding.fix.says}{saving(finding.fix.saves_bytes)}. {UNSAFE}{decide}"


def changed_lines(changes: Mapping[str, object], plan: Plan) -> list[str]:
    """Each field that would be another one, with what stands there now."""
    lines = []
    for name, value in changes.items():
        now = plan.get(name)
        if value == now:
            continue
        was = "not in the file" if now is None else flow(now)
        lines.append(f"{name}: {'taken out' if value is REMOVE else flow(value)}  (now: {was})")
    return lines
