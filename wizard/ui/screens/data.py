"""F6: how long the rows are, what is cut and padded, the steps and hours of an epoch; and what would suit them."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from wizard.data.advice import Advice, DataTold
from wizard.domain.errors import InputError
from wizard.questions.prices import price
from wizard.review import estimated
from wizard.session.ports import Outside
from wizard.session.state import State
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.rule import wizard_of
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Line, Options


class DataScreen(PageScreen):
    """The files are read beside the screen; leaving does not wait for them. Enter takes what would suit."""

    DEFAULT_CSS = """
    DataScreen > Lines, DataScreen > Options { width: 100%; max-width: 110; padding: 0 1; background: $panel; }
    DataScreen > .advice { display: none; }
    DataScreen.-advises > .advice { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take", key_display="Enter"),
        Binding("pagedown", "scroll(1)", "on", key_display="PgDn", priority=True),
        Binding("pageup", "scroll(-1)", "back", key_display="PgUp", priority=True),
        Binding("escape,q,f6", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, state: State, outside: Outside) -> None:
        super().__init__("The data", "Reading the rows of local files ...")
        self.state = state
        self.outside = outside
        self.advice: tuple[Advice, ...] = ()

    def compose(self) -> ComposeResult:
        """The text, below it what can be taken, the keys."""
        with VerticalScroll() as scroll:
            scroll.border_title = self.heading
            yield Static(self.text, id="text", markup=False)
        yield Lines("Enter takes what suits the rows:", classes="advice")
        yield Options(id="lengths")
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(Options).add_class("advice")
        self.read()

    @work(thread=True, exit_on_error=False)
    def read(self) -> None:
        """Read and tell, in a thread of its own."""
        try:
            told = self.outside.data(self.state.plan, self.state.machine, self.state.file)
        except InputError as error:
            told = DataTold(f"✗ {error}")
        except Exception as error:  # else it would be read for ever
            told = DataTold(f"✗ a defect of memwizard itself: these rows can't be read ({type(error).__name__})")
        if self.is_attached:
            self.app.call_from_thread(partial(self.show, told))

    def show(self, told: DataTold) -> None:
        """Draw it, if it is still wanted."""
        if not self.is_attached:
            return
        self.text, self.advice = told.text, told.advice
        self.query_one("#text", Static).update(told.text)
        self.set_class(bool(told.advice), "-advises")
        if told.advice:
            self.query_one(Options).show([self._line(one) for one in told.advice], None)
            self.query_one(Options).focus(scroll_visible=False)

    def _line(self, one: Advice) -> Line:
        now = estimated(self.state.plan, self.state.model, self.state.machine)
        return Line(one.says, "", *price(self.state.plan.changed(one.changes), now))

    @on(Options.Chosen)
    def choose(self, event: Options.Chosen) -> None:
        """Back to the wizard with this."""
        event.stop()
        if event.holds:
            taken = self.advice[event.index]
            wizard_of(self.app).taking.fields(taken.changes, f"{taken.field}: {taken.value}")

    def action_take(self) -> None:
        """Take what is under the pointer."""
        self.query_one(Options).action_choose()

    def action_scroll(self, by: int) -> None:
        """A page on or back; the arrows are for what can be taken."""
        scroll = self.query_one(VerticalScroll)
        (scroll.scroll_page_down if by > 0 else scroll.scroll_page_up)(animate=False)
