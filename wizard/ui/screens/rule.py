"""A rule in full, and what it says of this plan."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType

from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.output.text.findings import saving
from wizard.output.text.fix_text import fix_text
from wizard.rules.catalogue import find, load
from wizard.ui.screens.page import PageScreen
from wizard.ui.symbols import SEVERITY_STYLE, UNICODE


class RuleScreen(PageScreen):
    """What it checks, why it matters, examples, its fix, its source."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "fix", "take its fix"),
        Binding("escape,q", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, code: str, found: Finding | None = None) -> None:
        rule = load(find(code))
        text = Text()
        if found is not None:
            text.append(f"{UNICODE.severity[found.severity]} ", SEVERITY_STYLE[found.severity])
            text.append(f"{masked(found.message)}\n", "bold")
            text.append(f"{masked(told_fix(found))}\n\n")
        text.append(f"{rule.doc}\n\nOn the command line: memwizard explain {rule.code}")
        super().__init__(f"{rule.code} {rule.name} ({rule.severity})", text)
        self.found = found

    @classmethod
    def of(cls, found: Finding) -> RuleScreen:
        """The rule of a finding."""
        return cls(found.code, found)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a fix to take only of a finding that has one."""
        return action != "fix" or (self.found is not None and self.found.fix is not None)

    def action_fix(self) -> None:
        """Back to the wizard, and take it there."""
        wizard_of(self.app).fix(self.found)


def told_fix(found: Finding) -> str:
    """The fix with what it saves, or that there is none."""
    if found.fix is None:
        return "There is no single fix: what is meant is yours to say."
    return f"{fix_text(found, '^f')}{saving(found.fix.saves_bytes)}."


def wizard_of(app: App[Any]) -> Any:
    """The wizard's screen, which shows this one, once all that is over it is closed."""
    found = app.wizard  # type: ignore[attr-defined]
    while app.screen is not found:
        app.pop_screen()
    return found
