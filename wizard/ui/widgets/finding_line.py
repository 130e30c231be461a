"""The finding on a question, under its title."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from wizard.domain.finding import Finding
from wizard.export.findings import saving
from wizard.ui.marks import SEVERITY_STYLE, UNICODE
from wizard.ui.widgets.lines import Lines

_ORDER = {"error": 0, "warning": 1, "hint": 2}


class FindingLine(Lines):
    """One line, gone where there is no finding."""

    DEFAULT_CSS = """
    FindingLine { height: 1; padding-left: 2; display: none; }
    FindingLine.-said { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.finding: Finding | None = None

    def show(self, finding: Finding | None) -> None:
        """Draw a finding, or none."""
        if finding == self.finding:
            return
        self.finding = finding
        self.set_class(finding is not None, "-said")
        if finding is not None:
            key = " ^f fixes it" if finding.fix is not None else ""
            code = f"{UNICODE.severity[finding.severity]} {finding.code}"
            self.put(Text.assemble((code, SEVERITY_STYLE[finding.severity]), f"{key}: {finding.message}"))


def beside(field: str, findings: Iterable[Finding]) -> Finding | None:
    """The gravest finding that names this field first among the wizard's questions, or at all."""
    top = field.partition(".")[0]
    named = [finding for finding in findings if top in finding.fields]
    return min(named, key=lambda finding: (_ORDER[finding.severity], finding.fields.index(top)), default=None)


def told(finding: Finding) -> str:
    """The finding in a sentence, for the help line."""
    fix = f" ^f: {finding.fix.says}{saving(finding.fix.saves_bytes)}." if finding.fix else ""
    return f"{UNICODE.severity[finding.severity]} {finding.code}: {finding.message}.{fix}"
