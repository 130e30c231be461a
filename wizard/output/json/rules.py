"""The JSON of `memwizard rules`."""

from __future__ import annotations

from wizard.domain.finding import Severity
from wizard.output.json.shape import RowShape
from wizard.rules.registry import FixKind, Rule, Status


class RuleOut(RowShape):
    """One rule. `severity`: the worst it can say; `fix`: the kind of fix it offers."""

    code: str
    name: str
    severity: Severity
    status: Status
    since: str
    fix: FixKind
    source: str


def rule_out(rule: Rule) -> RuleOut:
    """A rule as JSON."""
    return RuleOut(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        status=rule.status,
        since=rule.since,
        fix=rule.fix,
        source=rule.source,
    )
