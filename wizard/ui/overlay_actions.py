"""The keys of the wizard that show something over it, or more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wizard.ui.widgets.finding_list import pointed_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from wizard.domain.finding import Finding
    from wizard.session.conversation import Conversation
    from wizard.ui.keying import Keying
    from wizard.ui.moving import Moving
    from wizard.ui.overlays import Overlays
    from wizard.ui.taking import Taking


class OverlayActions:
    """One method for each of these keys."""

    overlays: Overlays
    keying: Keying
    moving: Moving
    taking: Taking
    session: Conversation
    field: Any
    focused: Any
    draw: Callable[[], None]

    def action_fix(self) -> None:
        """Take the fix of the finding or the question with the focus, else the first one."""
        self.fix(pointed_at(self.focused) or (self.field.finding if self.field is not None else None))

    def fix(self, wanted: Finding | None) -> None:
        """Take the fix of this finding, else the first one; an unsafe one is named first."""
        self.overlays.fix(wanted, self.taking.fix)

    def ask_about(self, name: str, why: str) -> None:
        """Ask what to do about a model that is found nowhere here."""
        self.overlays.stranger(name, why, self.taking)

    def action_memory(self) -> None:
        """Show the memory, every finding, and what could save."""
        self.overlays.memory()

    def action_yaml(self) -> None:
        """Show the file as it would be written."""
        self.overlays.file()

    def action_difference(self) -> None:
        """Show what has changed, and against what."""
        self.overlays.difference()

    def action_fit(self) -> None:
        """Show what fits."""
        self.overlays.fit()

    def action_data(self) -> None:
        """Show how long the rows are, and what comes of it."""
        self.overlays.data()

    def action_more(self) -> None:
        """To the folded questions of the step."""
        self.moving.more()

    def action_keys(self) -> None:
        """Show every key of Axolotl."""
        self.keying.every()

    def action_help(self) -> None:
        """What the question with the focus is, or the keys."""
        self.overlays.help()

    def action_dismiss_last_run(self) -> None:
        """Tell no more what the last run died of."""
        self.session.dismiss_last_run()
        self.draw()
