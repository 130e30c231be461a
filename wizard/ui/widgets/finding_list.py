"""The findings, one after the other; Enter explains the one under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.console import Console
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region
from textual.widget import Widget

from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.output.text.findings import saving
from wizard.output.text.fix_text import fix_text
from wizard.review import Review
from wizard.session.fixes import next_fix
from wizard.ui.symbols import SEVERITY_STYLE, UNICODE
from wizard.ui.widgets.lines import Lines

Part = tuple[Text, int | None]
"""Some text, and the place of the finding that it is of."""
_CONSOLE = Console(color_system=None)


class FindingList(Lines, can_focus=True):
    """Has the focus only where there is a finding."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("enter,space", "explain", "Explain", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="findings", wraps=True)
        self.can_focus = False
        self.review: Review | None = None
        self.findings: Sequence[Finding] = ()
        self.pointer = 0
        self.owners: list[int | None] = []
        """Whose each line is."""

    def show(self, review: Review) -> None:
        """Show the findings of a review."""
        self.review, self.findings = review, review.findings
        self.can_focus = bool(review.findings)
        self.pointer = max(0, min(self.pointer, len(self.findings) - 1))
        self.redraw()

    @property
    def content(self) -> str:
        """What is shown, without its styles, each finding on a line."""
        return "\n".join(text.plain for text, _ in self._parts())

    @property
    def pointed(self) -> Finding | None:
        """The finding under the pointer, while the list has the focus."""
        return self.findings[self.pointer] if self.has_focus and self.findings else None

    def _parts(self) -> list[Part]:
        return parts(self.review, self.pointer if self.has_focus else None) if self.review is not None else []

    def lay_out(self, width: int) -> list[Text]:
        """Each finding on as many lines as it needs."""
        lines, self.owners = [], []
        for text, owner in self._parts():
            wrapped = list(text.wrap(_CONSOLE, max(1, width)))
            lines += wrapped
            self.owners += [owner] * len(wrapped)
        return lines

    def action_move(self, by: int) -> None:
        """To another finding; past an end to what is before or after the list."""
        to = self.pointer + by
        if 0 <= to < len(self.findings):
            self.pointer = to
            self.redraw()
            self._in_sight()
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def _in_sight(self) -> None:
        mine = [row for row, owner in enumerate(self.owners) if owner == self.pointer]
        if mine and isinstance(self.parent, Widget):
            there = Region(0, self.virtual_region.y + mine[0], 1, len(mine))
            self.parent.scroll_to_region(there, animate=False)

    def action_explain(self) -> None:
        """Tell the rule, and what it says here."""
        if self.findings:
            from wizard.ui.screens.rule import RuleScreen

            self.app.push_screen(RuleScreen.of(self.findings[self.pointer]))

    def on_click(self, event: Click) -> None:
        """The mouse explains too."""
        event.stop()
        owner = self.owners[event.y] if 0 <= event.y < len(self.owners) else None
        if owner is not None:
            self.pointer = owner
            self.action_explain()

    def watch_has_focus(self, has_focus: bool) -> None:
        """The pointer comes and goes with the focus."""
        super().watch_has_focus(has_focus)
        self.redraw()
        if has_focus:
            self._in_sight()


def findings_text(review: Review) -> Text:
    """Each finding with its fix."""
    return Text("\n").join(text for text, _ in parts(review, None))


def parts(review: Review, pointer: int | None) -> list[Part]:
    """Each finding with its fix; the first with a fix, or the one under the pointer, has the fix key."""
    if not review.judged or not review.findings:
        return [(Text("none" if review.judged else UNICODE.awaited, "dim"), None)]
    told = list[Part]()
    takes = next_fix(review) if pointer is None else review.findings[pointer]
    for place, finding in enumerate(review.findings):
        code = f"{UNICODE.severity[finding.severity]} {finding.code} "
        says = Text.assemble((code, SEVERITY_STYLE[finding.severity]), masked(finding.message))
        if place == pointer:
            says.stylize("reverse")
        told.append((says, place))
        if finding.fix is not None:
            fix = fix_text(finding, "^f fix" if finding is takes else "fix")
            told.append((Text(masked(f"  {fix}{saving(finding.fix.saves_bytes)}"), "italic"), place))
    return told


def pointed_at(widget: Widget | None) -> Finding | None:
    """The finding under the pointer of a list that has the focus."""
    return widget.pointed if isinstance(widget, FindingList) else None
