"""The finding on a question, under its title."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size

from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.domain.text import sentence
from wizard.output.text.findings import saving
from wizard.output.text.fix_text import fix_text
from wizard.questions.steps import asked_fields
from wizard.session.last_run import LastRun
from wizard.ui.symbols import SEVERITY_STYLE, UNICODE
from wizard.ui.widgets.lines import Lines

_LEAST = 24
"""Cells of a message beside a long fix."""
_ORDER = {"error": 0, "warning": 1, "hint": 2}


class FindingLine(Lines):
    """One line, and one for what the last run died of there; gone where there is neither."""

    DEFAULT_CSS = """
    FindingLine { height: auto; padding-left: 2; display: none; }
    FindingLine.-said { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.finding: Finding | None = None
        self.wrong: str | None = None
        self.run: LastRun | None = None

    def show(self, finding: Finding | None, wrong: str | None = None) -> None:
        """Draw what is wrong with a typed text, else a finding, or nothing."""
        if (finding, wrong) == (self.finding, self.wrong):
            return
        self.finding, self.wrong = finding, wrong
        self._redraw()

    def tell(self, run: LastRun | None) -> None:
        """Say what the last run died of."""
        if run != self.run:
            self.run = run
            self._redraw()

    def _redraw(self) -> None:
        said = (self.finding, self.wrong, self.run) != (None, None, None)
        if said != self.has_class("-said"):
            self.set_class(said, "-said")
        self.redraw()

    def lay_out(self, width: int) -> Iterable[Text]:
        """What is wrong with the text, or the finding with its fix; then the last run."""
        if self.wrong is not None:
            yield Text.assemble((f"✗ {self.wrong}", "red"), ". The plan keeps its value.")
        elif self.finding is not None:
            yield short(self.finding, width)
        if self.run is not None:
            yield of_run(self.run.short)

    @property
    def told(self) -> str:
        """The finding and the last run in sentences, for the help line; empty where there is neither."""
        run = f"{self.run.says[:1].upper()}{self.run.says[1:]}." if self.run is not None else ""
        return " ".join(filter(None, (told(self.finding) if self.finding is not None else "", run)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as it has lines: they do not depend on the width."""
        self._height = max(1, sum(1 for _ in self.lay_out(width)))
        return self._height

    @property
    def content(self) -> str:
        """What is shown, without its styles."""
        return "\n".join(one.plain for one in self.lay_out(self.content_size.width or 80))


def of_run(says: str) -> Text:
    """What is said of the last run: it is no finding of the plan as it is now, so it has a sign of its own."""
    return Text(f"{UNICODE.before} {says}", "yellow")


def short(finding: Finding, width: int, more: int = 0) -> Text:
    """The finding on one line of so many cells, and always its fix, by name. `more`: how many others there are."""
    others = f" (+{more})" if more else ""
    head = f"{UNICODE.severity[finding.severity]} {finding.code}{others} "
    message, fix = masked(finding.message), masked(fix_text(finding, "^f"))
    room = width - cell_len(head) - (cell_len(fix) + 2 if fix else 0)
    text = Text(message)
    text.truncate(max(room, min(_LEAST, width // 3), 1), overflow="ellipsis")
    gap = "  " if fix else ""
    return Text.assemble((head, SEVERITY_STYLE[finding.severity]), text.plain.rstrip(), gap, (fix, "bold"))


def beside(field: str, findings: Iterable[Finding]) -> Finding | None:
    """The gravest finding that belongs to this field: it is the first of those it names that the wizard asks about."""
    top, asked = field.partition(".")[0], asked_fields()
    named = [finding for finding in findings if top == next((name for name in finding.keys if name in asked), "")]
    return min(named, key=lambda finding: _ORDER[finding.severity], default=None)


def told(finding: Finding) -> str:
    """The finding in a sentence, for the help line."""
    fix = f" {fix_text(finding, '^f')}{saving(finding.fix.saves_bytes)}." if finding.fix else ""
    return f"{UNICODE.severity[finding.severity]} {finding.code}: {masked(sentence(finding.message))}{fix}"
