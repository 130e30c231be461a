"""The JSON of `memwizard explain`."""

from __future__ import annotations

from wizard.domain.finding import Severity
from wizard.output.json.shape import RowShape
from wizard.rules.registry import FixKind, Rule, Status


class ExplainOut(RowShape):
    """A rule in full. `sections`: the text under each heading, named by it: what_it_checks, why_it_matters, ..."""

    code: str
    name: str
    severity: Severity
    status: Status
    since: str
    fix: FixKind
    summary: str
    sections: dict[str, str]
    source: str
    axolotl_since: str | None
    axolotl_until: str | None


def explain_out(rule: Rule) -> ExplainOut:
    """A rule with its whole text as JSON."""
    return ExplainOut(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        status=rule.status,
        since=rule.since,
        fix=rule.fix,
        summary=rule.summary,
        sections={name.lower().replace(" ", "_"): text for name, text in rule.sections.items() if name},
        source=rule.source,
        axolotl_since=None if rule.axolotl_since is None else str(rule.axolotl_since),
        axolotl_until=None if rule.axolotl_until is None else str(rule.axolotl_until),
    )
