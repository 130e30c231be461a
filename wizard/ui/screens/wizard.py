"""The wizard's one screen: steps at the left, memory, findings and the file at the right, keys below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Click, Key
from textual.screen import Screen
from textual.widgets import Button, Input

from wizard.session.conversation import Conversation
from wizard.session.opening import Opening
from wizard.session.ports import Outside
from wizard.session.results import Nothing, Result
from wizard.ui import messages, phrases
from wizard.ui.alt_digits import step_of
from wizard.ui.beginning import Beginning
from wizard.ui.composed import Composed
from wizard.ui.keys import WIZARD_KEYS
from wizard.ui.moving import Moving
from wizard.ui.overlay_actions import OverlayActions
from wizard.ui.sized import Sized
from wizard.ui.surface import Surface
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.page import Page

if TYPE_CHECKING:
    from wizard.ui.filing import Filing
    from wizard.ui.taking import Taking
    from wizard.ui.widgets.entry_field import EntryField
    from wizard.ui.widgets.field import Field


class WizardScreen(OverlayActions, Sized, Composed, Screen[None]):
    """Draws a conversation. Every widget draws from its state and review, and posts messages back."""

    AUTO_FOCUS = "#machines"  # of another page the first question, once it is drawn
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide"), (160, "-huge")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*WIZARD_KEYS]

    header = getters.query_one("#header", Lines)
    hint = getters.query_one("#hint", Lines)
    brief = getters.query_one("#brief", Lines)

    filing: Filing
    taking: Taking

    def __init__(self, opening: Opening, outside: Outside) -> None:
        super().__init__()
        self.session = Conversation(opening, outside, judged=False)
        self.surface = Surface(self, self.session)
        self.moving = Moving(self)
        self.beginning = Beginning(self)

    def compose(self) -> ComposeResult:
        """Head, steps, the page beside the memory and the file, the help line, the keys."""
        width = self.app.size.width  # known already: else everything would be styled again at the first resize
        self.add_class(next(name for least, name in reversed(self.HORIZONTAL_BREAKPOINTS) if width >= least))
        yield from self.surface.compose()
        yield KeyLine(self.BINDINGS)

    def on_resize(self) -> None:
        """What is beside the form depends on the width."""
        self.call_after_refresh(self.draw)

    @property
    def page(self) -> Page:
        """The page of the present step."""
        return self.surface.page

    @property
    def field(self) -> Field | None:
        """The question with the focus."""
        return self.surface.field

    def question(self, identity: str) -> Field | None:
        """The field of a question; None where it does not arise."""
        return self.surface.question(identity)

    def boxes(self) -> Iterable[EntryField]:
        """Every box of a question."""
        return self.surface.boxes()

    # Drawing

    def draw(self) -> None:
        """Draw what is seen of the conversation."""
        self.surface.draw()

    def turn(self) -> None:
        """Turn to the page of the present step."""
        self.beginning.greeted()
        self.surface.turn()
        self.say("")
        self.draw()
        self.refresh(repaint=False, layout=True)  # at once, before anything is drawn as it was laid out

    def from_beside(self, call: Callable[..., object], *given: object) -> None:
        """Call from another thread, if the screen is still there."""
        if self.app.is_running:
            self.app.call_from_thread(call, *given)

    def say(self, text: str) -> None:
        """One sentence in the help line."""
        self.hint.put(text)

    def took(self, done: Result, says: str = "") -> None:
        """Draw what an action has made, and say it: this, or what an answer has to be said of."""
        if not isinstance(done, Nothing):
            self.draw()
        if said := says or phrases.answered(done):
            self.say(said)

    # Where it begins

    def on_mount(self) -> None:
        """Draw the first state."""
        self.beginning.first()

    def keep(self) -> None:
        """Keep the work as it is now."""
        self.session.keep()

    # What the widgets tell

    @on(messages.FieldsChanged)
    def take_fields(self, event: messages.FieldsChanged) -> None:
        """An answer was given; what it changes beyond its own field is said."""
        self.taking.fields(event.changes, event.says)

    @on(messages.Typed)
    def take_text(self, event: messages.Typed) -> None:
        """A box holds another text."""
        self.taking.text(event.entry, event.text, event.visit)

    @on(messages.MachineChosen)
    def take_machine(self, event: messages.MachineChosen) -> None:
        """Plan for another machine."""
        self.taking.machine(event.machine)

    @on(messages.MachineNamed)
    def name_machine(self, event: messages.MachineNamed) -> None:
        """Plan for a machine that was typed; the box is empty then."""
        if self.taking.named(event.text):
            event.box.value = ""

    @on(messages.PresetChosen)
    def take_preset(self, event: messages.PresetChosen) -> None:
        """Start from a preset, for this machine."""
        self.taking.preset(event.preset)

    @on(messages.ModelChosen)
    def take_model(self, event: messages.ModelChosen) -> None:
        """Train another model; an unknown one changes nothing and says why."""
        self.taking.model(event.name, event.method)

    @on(messages.Hint)
    def show_hint(self, event: messages.Hint) -> None:
        """The help line; what the page says by itself when it is opened does not cover a greeting."""
        event.stop()
        self.say(self.beginning.greeting or event.text)

    @on(messages.Answered)
    def go_on(self) -> None:
        """To the next question, after the last one to the next step."""
        self.moving.on()

    @on(messages.RowsWanted)
    def look_for_rows(self) -> None:
        """Rows that are not on this machine, beside the screen."""
        from wizard.ui.far_rows import look

        look(self)

    @on(messages.DataCautioned)
    def heed(self, event: messages.DataCautioned) -> None:
        """What the rows come to."""
        self.taking.heed(event.plan, event.told, typing=isinstance(self.focused, Input))

    @on(messages.StepClicked)
    def go_to_clicked(self, event: messages.StepClicked) -> None:
        """To the step that was clicked."""
        self.action_go(event.place)

    @on(Click, "#brief")
    def show_clicked(self) -> None:
        """The lines below open what they are short for."""
        self.action_memory()

    @on(Click, "#header")
    def go_to_machine(self) -> None:
        """The head tells the machine: to where it is chosen."""
        self.action_go(self.session.steps[0])

    @on(Button.Pressed, "#write")
    def press_write(self) -> None:
        """The button is the key."""
        self.action_write()

    def takes(self, event: Key) -> bool:
        """A digit leads to its step, in a box with Alt; at once, else the key after it would overtake it."""
        number = step_of(event, in_a_box=isinstance(self.focused, Input))
        places = self.session.steps
        if number is None or number >= len(places):
            return False
        self.action_go(places[number])
        return True

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
    async def action_edit(self) -> None:
        """Edit the whole file."""
        from wizard.ui.editing import edit

        await edit(self)

    def action_fold(self) -> None:
        """Fold the right side of a wide screen away, or back."""
        if self.has_class("-wide") or self.has_class("-huge"):
            self.toggle_class("-folded")
            self.call_after_refresh(self.draw)
        else:
            self.say("From 120 columns on the memory and the file stand at the right, and this folds them away.")
