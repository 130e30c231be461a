"""The wizard's one screen: steps at the left, the review at the right, keys below."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Footer, Static

from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.export.writer import document
from wizard.knowledge.models import find
from wizard.review import Review, review
from wizard.steps.catalogue import STEPS
from wizard.steps.opening import Opening, first_state, fitting_start, spelled
from wizard.steps.ports import Outside
from wizard.steps.session import Session, State, also_changed
from wizard.ui.messages import Answered, FieldsChanged, Hint, MachineChosen, ModelChosen, PresetChosen
from wizard.ui.screens.help import HelpScreen
from wizard.ui.screens.memory import MemoryScreen
from wizard.ui.screens.writing import WritingScreen
from wizard.ui.screens.yaml import TextScreen
from wizard.ui.widgets.header import title
from wizard.ui.widgets.machine_page import MachinePage
from wizard.ui.widgets.memory_panel import MemoryPanel, brief, next_fix
from wizard.ui.widgets.model_page import ModelPage
from wizard.ui.widgets.question_page import QuestionPage
from wizard.ui.widgets.review_page import ReviewPage
from wizard.ui.widgets.step_bar import StepBar


class WizardScreen(WritingScreen):
    """Holds the session; every widget draws from the state and its review, and posts messages back."""

    CSS_PATH = "wizard.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "step(-1)", "back", key_display="PgUp", priority=True, tooltip="the step before"),
        Binding("pagedown", "step(1)", "next", key_display="PgDn", priority=True, tooltip="the next step"),
        Binding("ctrl+f", "fix", "fix", priority=True, tooltip="take the first fix"),
        Binding("f2", "memory", "memory", priority=True, tooltip="memory, findings and cheapest changes"),
        Binding("f3", "yaml", "yaml", priority=True, tooltip="the file as it would be written"),
        Binding("f1", "help", "help", priority=True, tooltip="keys and words"),
        Binding("ctrl+s", "write", "write", priority=True, tooltip="write the file"),
        Binding("ctrl+z", "undo", "undo", show=False, priority=True),
        Binding("ctrl+y", "redo", "redo", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("question_mark", "help", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        *(Binding(str(number + 1), f"go({number})", show=False) for number in range(len(STEPS))),
    ]

    header = getters.query_one("#header", Static)
    hint = getters.query_one("#hint", Static)
    brief = getters.query_one("#brief", Static)
    switcher = getters.query_one(ContentSwitcher)

    def __init__(self, opening: Opening, outside: Outside) -> None:
        super().__init__()
        state = first_state(opening, outside)
        self.opening = opening
        self.session = Session(state)
        self.outside = outside
        self.here = opening.start
        self.seen: frozenset[int] = frozenset()
        self.last: Review = review(state.plan, state.model, state.machine)

    def compose(self) -> ComposeResult:
        """Head, steps, the page beside the memory panel, the help line, the keys."""
        yield Static(id="header", markup=False)
        yield StepBar()
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with ContentSwitcher(initial=f"page-{STEPS[self.here].id}"):
                    yield MachinePage(self.outside)
                    yield ModelPage()
                    for step in STEPS[2:5]:
                        yield QuestionPage(step)
                    yield ReviewPage(self.opening.target)
                yield Static(id="hint", markup=False)
            yield MemoryPanel()
        yield Static(id="brief")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Draw the first state; look for GPUs beside it."""
        if self.opening.machine is not None:
            self.query_one(MachinePage).found = self.session.state.machine
        self.draw()
        self.call_after_refresh(self.focus_page)

    def machine_found(self, machine: Machine) -> None:
        """The probe has answered: plan for this machine unless another was chosen meanwhile."""
        self.query_one(MachinePage).found = machine
        state = self.session.state
        if state.machine.origin == "probed" and not state.machine.gpus:
            state = state.with_machine(machine)
            self.session.state = (
                state if self.opening.chosen or self.session.past else fitting_start(state, self.outside)
            )
        self.draw()

    # Drawing

    def draw(self) -> None:
        """Review the state and draw everything that is visible."""
        state = self.session.state
        self.last = review(state.plan, state.model, state.machine)
        self.seen |= {self.here}
        self.header.update(title(state, waiting=self._waiting))
        self.query_one(StepBar).show(self.here, self.seen)
        page = self.query_one(f"#page-{STEPS[self.here].id}")
        page.show(state, self.last)  # type: ignore[attr-defined]
        self.query_one(MemoryPanel).show(self.last)
        self.brief.update(brief(self.last, max(40, self.size.width - 4)))

    def on_resize(self) -> None:
        """The three lines below depend on the width."""
        self.call_after_refresh(lambda: self.brief.update(brief(self.last, max(40, self.size.width - 4))))

    @property
    def _waiting(self) -> bool:
        return self.opening.machine is None and self.query_one(MachinePage).found is None

    def focus_page(self) -> None:
        """Give the focus to the first question of the page."""
        page = self.query_one(f"#page-{STEPS[self.here].id}")
        page.scroll_home(animate=False)
        wanted = "#write" if STEPS[self.here].id == "review" else "Options, Input"
        for widget in page.query(wanted):
            if widget.focusable:
                widget.focus(scroll_visible=False)
                return

    @on(Answered)
    def go_on(self) -> None:
        """To the next question, after the last one to the next step."""
        page = self.query_one(f"#page-{STEPS[self.here].id}")
        questions = [widget for widget in self.focus_chain if page in widget.ancestors]
        if questions and self.focused is questions[-1]:
            self.action_step(1)
        else:
            self.focus_next()

    # Changes

    def _change(self, state: State, says: str, told: Mapping[str, object] | None = None) -> bool:
        """Go to another state; says which fields changed besides those `told`."""
        before = self.session.state
        if not self.session.change(state, says):
            return False
        self.draw()
        also = also_changed(before, state, told) if told is not None else []
        if also:
            self.say(f"{says}. Changed with it: {', '.join(also)}. Ctrl+Z undoes it.")
        return True

    @on(FieldsChanged)
    def take_fields(self, event: FieldsChanged) -> None:
        """An answer was given; what it changes beyond its own field is said."""
        own = dict.fromkeys([next(iter(event.changes), "")])
        self._change(self.session.state.with_fields(event.changes), event.says, own if len(event.changes) > 1 else None)

    @on(MachineChosen)
    def take_machine(self, event: MachineChosen) -> None:
        """Plan for another machine."""
        self.say("")
        self._change(self.session.state.with_machine(event.machine), f"machine: {event.machine.title}", {})

    @on(PresetChosen)
    def take_preset(self, event: PresetChosen) -> None:
        """Start from a preset, for this machine; the person's own model and data stay."""
        preset, state = event.preset, self.session.state
        kept = state.chosen()
        named = kept.get("base_model", preset.model)
        model, note = self.outside.model(named) if isinstance(named, str) else (None, "the preset names no model")
        self._change(state.with_preset(preset, model, note), f"preset: {preset.name}")
        stays = f" Your {', '.join(sorted(kept))} stayed." if kept else ""
        self.say(f"Started from {preset.name}.{stays} Ctrl+Z undoes it.")

    @on(ModelChosen)
    def take_model(self, event: ModelChosen) -> None:
        """Train another model; an unknown one changes nothing and says why."""
        if self.outside.hub and find(event.name) is None:
            self.say(f"Looking for {event.name} …")  # beside the screen: the hub may take seconds
            threading.Thread(target=self._look_up, args=(event.name,), daemon=True).start()
            return
        self._took(event.name, *self.outside.model(event.name))

    def _look_up(self, name: str) -> None:
        found = self.outside.model(name)
        if self.app.is_running:
            self.app.call_from_thread(self._took, name, *found)

    def _took(self, wanted: str, model: Model | None, note: str | None) -> None:
        if model is None:
            self.say(f"✗ {note}")
            return
        name = spelled(wanted, model.id)
        self._change(self.session.state.with_model(name, model, note), f"model: {name}")
        same = f" (shapes as {model.id})" if name != model.id else ""
        self.say(f"{name}{same} it is. PgDn goes on.")

    @on(Hint)
    def show_hint(self, event: Hint) -> None:
        """The help line."""
        event.stop()
        self.say(event.text)

    def say(self, text: str) -> None:
        """One sentence in the help line."""
        self.hint.update(text)

    # Keys

    def action_step(self, by: int) -> None:
        """Back or on."""
        self.action_go(min(max(self.here + by, 0), len(STEPS) - 1))

    def action_go(self, step: int) -> None:
        """To any step at any time."""
        self.here = step
        self.set_focus(None)  # else the page that is left moves it, and speaks in the help line
        self.switcher.current = f"page-{STEPS[step].id}"
        self.say("")
        self.draw()
        self.call_after_refresh(self.focus_page)

    def action_fix(self) -> None:
        """Take the first fix."""
        finding = next_fix(self.last)
        if finding is None or finding.fix is None:
            self.say("There is nothing to fix.")
            return
        before = self.last.estimate
        self._change(self.session.state.with_fields(finding.fix.changes), f"{finding.code}: {finding.fix.says}")
        saved = before.device.likely - self.last.estimate.device.likely if before and self.last.estimate else 0
        self.say(f"{finding.code} fixed: {finding.fix.says} ({-saved / 2**30:+.1f} GiB). Ctrl+Z undoes it.")

    def action_undo(self) -> None:
        """Undo the last change."""
        says = self.session.undo()
        self.draw()
        self.say(f"undone: {says}" if says else "There is nothing to undo.")

    def action_redo(self) -> None:
        """Do it again."""
        says = self.session.redo()
        self.draw()
        self.say(f"done again: {says}" if says else "There is nothing to do again.")

    def action_memory(self) -> None:
        """Fold the right side away on a wide screen; show it over a narrower one."""
        if self.has_class("-wide"):
            self.toggle_class("-memory")
            self.call_after_refresh(self.draw)
        else:
            self.app.push_screen(MemoryScreen(self.last))

    def action_yaml(self) -> None:
        """Show the file as it would be written."""
        self.app.push_screen(TextScreen("The file as it would be written", document(self.last)))

    def action_help(self) -> None:
        """Keys and words."""
        self.app.push_screen(HelpScreen(STEPS[self.here]))
