"""The keys of the wizard that show something over it, or more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.ui.keying import Keying
    from wizard.ui.moving import Moving
    from wizard.ui.overlays import Overlays


class OverlayActions:
    """One method for each of these keys."""

    overlays: Overlays
    keying: Keying
    moving: Moving

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
