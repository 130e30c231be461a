"""The keys of a screen on one line, as many as fit; drawn once, since a Footer is made anew at each move."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from wizard.ui.widgets.settled import Settled


class KeyLine(Static, Settled):
    """The first of these keys that there is room for; the last one always. A click does the same."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; color: $footer-foreground; background: $footer-background; }
    KeyLine { text-wrap: nowrap; }
    """

    def __init__(self, bindings: Iterable[object], scope: str = "screen") -> None:
        super().__init__()
        self.keys = [one for one in bindings if isinstance(one, Binding) and one.show]
        self.scope = scope
        self.leads = ""
        self.ends: list[tuple[int, str]] = []
        """Where each key ends on the line, and its action."""

    def lead(self, action: str) -> None:
        """Let the key of this action stand third, empty for none."""
        if action != self.leads:
            self.leads = action
            self.on_resize()

    def on_resize(self) -> None:
        """Draw what fits."""
        self.update(self.line(self.size.width), layout=False)

    def line(self, width: int) -> Content:
        """The keys for a line of this many cells."""
        *first, last = [(self._shown(one), one.description, self._action(one)) for one in self._ordered()]
        room = width - _cells(last)
        kept = []
        for key in first:
            room -= _cells(key)
            if room < 0:
                break
            kept.append(key)
        parts, self.ends = [], []
        for shown, says, action in (*kept, last):
            parts += [Content.styled(shown, "bold $primary"), Content(f" {says} ")]
            self.ends.append((sum(map(len, parts)), action))
        return Content.assemble(*parts)

    async def on_click(self, event: Click) -> None:
        """The mouse does what the key does."""
        event.stop()
        action = next((action for end, action in self.ends if event.x < end), None)
        if action is not None:
            await self.run_action(action)

    def _ordered(self) -> list[Binding]:
        leading = [one for one in self.keys if one.action == self.leads]
        others = [one for one in self.keys if one not in leading]
        return [*others[:2], *leading, *others[2:]]

    def _shown(self, binding: Binding) -> str:
        shown = binding.key_display or self.app.get_key_display(binding)
        return shown.upper() if shown[:1] == "f" and shown[1:].isdigit() else shown

    def _action(self, binding: Binding) -> str:
        return binding.action if "." in binding.action else f"{self.scope}.{binding.action}"


def _cells(key: tuple[str, str, str]) -> int:
    return len(key[0]) + len(key[1]) + 2
