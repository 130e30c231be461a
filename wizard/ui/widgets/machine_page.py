"""Step 1: the GPU to plan for, and the preset to start from."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from wizard.domain.machine import Machine
from wizard.domain.preset import Preset
from wizard.questions.steps import MACHINE
from wizard.review import Review
from wizard.session.conversation import Conversation
from wizard.session.offers import about, machine_offer, machines, preset_offer
from wizard.session.opening import by_machine
from wizard.session.own_file import understood
from wizard.session.state import State
from wizard.ui.messages import Answered, Hint, MachineChosen, MachineNamed, PresetChosen
from wizard.ui.widgets.heading import Heading
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Line, Options
from wizard.ui.widgets.page import Page
from wizard.ui.widgets.row import Row
from wizard.ui.widgets.run_line import RunLine
from wizard.ui.widgets.title import Title


class MachinePage(VerticalScroll, Page, can_focus=False, inherit_bindings=False):
    """The machine as probed, one GPU of it, or one that the person names; then the presets."""

    DEFAULT_CSS = """
    MachinePage { padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    MachinePage > .asks { text-style: bold; }
    MachinePage > .notes { color: $text-muted; }
    MachinePage > Horizontal { height: 1; }
    MachinePage > Horizontal > .title { width: 1fr; }
    """

    def __init__(self, session: Conversation) -> None:
        super().__init__(id=f"page-{MACHINE.id}")
        self.session = session
        self.machines: list[Machine] = []
        self.presets: tuple[Preset, ...] = ()

    def compose(self) -> ComposeResult:
        """Machines, a box for a name, presets."""
        yield Lines(MACHINE.asks, classes="asks")
        yield Heading("The GPU")
        yield Options(id="machines")
        with Row():
            yield Title("Or name another", "rtx-4090, 24GiB, 2xa100-80gb")
            known = SuggestFromList(self.session.outside.gpu_names(), case_sensitive=False)
            box = Input(id="gpu-name", compact=True, placeholder="name", select_on_focus=True, suggester=known)
            box.cursor_blink = False
            box.styles.width = 20
            yield box
        yield Static("", classes="notes")
        yield RunLine()
        yield Heading("", id="start-title")
        yield Static("", id="start")
        yield Options(id="presets")

    def show(self, state: State, review: Review) -> None:
        """Draw the machines and what each preset would need on the chosen one."""
        self.machines = machines(self.session.found, state)
        current = self.machines.index(state.machine) if state.machine in self.machines else None
        lines = [Line.of(machine_offer(machine, self.session.found, state)) for machine in self.machines]
        self.query_one("#machines", Options).show(lines, current)
        self.query_one(".notes", Static).update(Content("\n".join(about(state.machine))))
        self._show_start(state, priced=review.judged)

    def begins_at(self) -> str:
        """The machines; where there is no GPU to plan for, the box to name one."""
        return "#machines" if self.session.found is None or self.session.state.machine.gpus else "#gpu-name"

    def _show_start(self, state: State, *, priced: bool) -> None:
        """The presets, or what is understood of the person's own file."""
        own = state.file is not None
        self.query_one("#presets").display = not own
        start = self.query_one("#start", Static)
        start.display = own
        self.query_one("#start-title", Heading).put("Your file" if own else "Start from a preset")
        if own:
            start.update(Content(understood(state)))
            return
        self.presets = by_machine(self.session.outside.presets(), state.machine, self.session.outside)
        names = [preset.name for preset in self.presets]
        outside = self.session.outside
        offers = [preset_offer(preset, state, outside, priced=priced) for preset in self.presets]
        lines = [
            Line(f"{offer.label}: {offer.about}", offer.about, offer.fit, offer.needs, awaited=not priced)
            for offer in offers
        ]
        current = names.index(state.preset) if state.preset in names else None
        self.query_one("#presets", Options).show(lines, current)

    @on(Options.Chosen, "#machines")
    def choose_machine(self, event: Options.Chosen) -> None:
        """Plan for it."""
        event.stop()
        if event.holds:
            self.post_message(MachineChosen(self.machines[event.index]))

    @on(Options.Chosen, "#presets")
    def choose_preset(self, event: Options.Chosen) -> None:
        """Start from it."""
        event.stop()
        if event.holds:
            self.post_message(PresetChosen(self.presets[event.index]))

    @on(Options.Pointed)
    def explain(self, event: Options.Pointed) -> None:
        """Say what a preset is for, or whose memory is counted."""
        event.stop()
        if not event.holds:
            return
        if event.options.id == "presets":
            preset = self.presets[event.index]
            self.post_message(Hint(f"{preset.title}. For {preset.for_whom}."))
        else:
            self.post_message(Hint("Fit compares the plan's need with what is free now on the fullest GPU."))

    @on(Input.Submitted)
    def name_machine(self, event: Input.Submitted) -> None:
        """Plan for the GPU that was named."""
        event.stop()
        named = bool(event.value.strip())
        self.post_message(MachineNamed(event.value, event.input) if named else Answered())
