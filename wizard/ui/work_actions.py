"""The keys of the wizard that move on, change the work, or keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import work

if TYPE_CHECKING:
    from wizard.session.conversation import Conversation
    from wizard.ui.filing import Filing
    from wizard.ui.moving import Moving
    from wizard.ui.taking import Taking


class WorkActions:
    """One method for each of these keys."""

    session: Conversation
    moving: Moving
    taking: Taking
    filing: Filing

    def action_step(self, by: int) -> None:
        """Back or on."""
        self.action_go(self.session.beside(by))

    def action_go(self, step: int) -> None:
        """To any step at any time."""
        self.moving.go(step)

    def action_fix_all(self) -> None:
        """Take every safe fix, and those that follow from them."""
        self.taking.fix_all()

    def action_undo(self) -> None:
        """Undo the last change."""
        self.taking.undo()

    def action_redo(self) -> None:
        """Do it again."""
        self.taking.redo()

    @work(exclusive=True, group="write")
    async def action_write(self) -> None:
        """Write the file."""
        await self.filing.config()

    @work(exclusive=True, group="write")
    async def action_launch(self) -> None:
        """Write what starts the run beside the config."""
        await self.filing.launch()

    @work(exclusive=True, group="write")
    async def action_edit(self: Any) -> None:
        """Edit the whole file."""
        from wizard.ui.editing import edit

        await edit(self)
