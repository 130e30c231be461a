"""A model that is found nowhere here: look it up on the hub, or say what it is like."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.markup import escape
from textual.widgets import Input

from wizard.knowledge.models.of_size import size_in
from wizard.session.stranger import Onward, alike
from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Line, Options
from wizard.ui.widgets.row import Row
from wizard.ui.widgets.title import Title


class StrangerScreen(OverScreen[Onward | None]):
    """The way that was chosen; None to leave the model as it was."""

    DEFAULT_CSS = """
    StrangerScreen { align: center middle; }
    StrangerScreen > VerticalScroll { width: 100%; max-width: 90; height: auto; max-height: 95%; padding: 0 1; }
    StrangerScreen > VerticalScroll { background: $surface; border: solid $primary; }
    StrangerScreen #why { margin-bottom: 1; }
    StrangerScreen Row { height: 1; margin-top: 1; }
    StrangerScreen .title { width: 25; }
    StrangerScreen Input { width: 1fr; }
    StrangerScreen #alike { height: 6; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take it", key_display="Enter"),
        Binding("ctrl+o", "hub", "ask the hub", priority=True, key_display="^o"),
        Binding("escape", "leave", "leave the model as it is", key_display="Esc"),
    ]

    def __init__(self, name: str, why: str) -> None:
        super().__init__()
        self.wanted = name
        self.why = why

    def compose(self) -> ComposeResult:
        """Why it is not known, the hub, and a box for what it is like with what that may mean."""
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = escape(self.wanted)
            yield Lines(f"{self.why[:1].upper()}{self.why[1:]}", id="why", wraps=True)
            yield Options(id="hub")
            with Row():
                yield Title("Or it has the shapes of", "")
                box = Input(
                    size_in(self.wanted), id="like", compact=True, placeholder="a known model, or its size: about 7B"
                )
                box.cursor_blink = False
                yield box
            yield Options(id="alike")
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """The focus is on the box; what its text means stands below it."""
        self.query_one("#hub", Options).show([Line("Look it up on the Hugging Face hub now")], None)
        self._list(self.query_one(Input).value)
        self.query_one(Input).focus()

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """What the text may mean."""
        event.stop()
        self._list(event.value)

    def _list(self, text: str) -> None:
        self.query_one("#alike", Options).show([Line(one) for one in alike(text)], 0)

    @on(Input.Submitted)
    def take_first(self, event: Input.Submitted) -> None:
        """Enter takes the first of what the text may mean."""
        event.stop()
        found = alike(event.value)
        if found:
            self.dismiss(Onward("like", found[0]))
        else:
            none = "No known model is called so; a size is written as 7B or 350M." if event.value.strip() else ""
            self.query_one("#why", Lines).put(Text(none or "Type a known model, or a size: about 7B.", "yellow"))

    @on(Options.Chosen)
    def choose(self, event: Options.Chosen) -> None:
        """The hub, or one of the models listed."""
        event.stop()
        if event.holds:
            self.dismiss(Onward("hub") if event.options.id == "hub" else Onward("like", event.line.label))

    def action_hub(self) -> None:
        """Look it up."""
        self.dismiss(Onward("hub"))

    def action_leave(self) -> None:
        """Nothing is changed."""
        self.dismiss(None)
