"""The finding on a question, under its title."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.output.text.findings import saving
from wizard.questions.steps import asked_fields
from wizard.ui.symbols import SEVERITY_STYLE, UNICODE
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
        self.wrong: str | None = None

    def show(self, finding: Finding | None, wrong: str | None = None) -> None:
        """Draw what is wrong with a typed text, else a finding, or nothing."""
        if (finding, wrong) == (self.finding, self.wrong):
            return
        self.finding, self.wrong = finding, wrong
        self.set_class(finding is not None or wrong is not None, "-said")
        if wrong is not None:
            self.put(Text.assemble((f"✗ {wrong}", "red"), ". The plan keeps its value."))
        elif finding is not None:
            key = " ^f fixes it" if finding.fix is not None else ""
            code = f"{UNICODE.severity[finding.severity]} {finding.code}"
            self.put(Text.assemble((code, SEVERITY_STYLE[finding.severity]), f"{key}: {masked(finding.message)}"))


def beside(field: str, findings: Iterable[Finding]) -> Finding | None:
    """The gravest finding that belongs to this field: it is the first of those it names that the wizard asks about."""
    top, asked = field.partition(".")[0], asked_fields()
    named = [finding for finding in findings if top == next((name for name in finding.keys if name in asked), "")]
    return min(named, key=lambda finding: _ORDER[finding.severity], default=None)


def told(finding: Finding) -> str:
    """The finding in a sentence, for the help line."""
    fix = f" ^f: {finding.fix.says}{saving(finding.fix.saves_bytes)}." if finding.fix else ""
    return f"{UNICODE.severity[finding.severity]} {finding.code}: {masked(finding.message)}.{fix}"
