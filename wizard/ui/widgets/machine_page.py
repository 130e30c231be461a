"""Step 1: the GPU to plan for, and the preset to start from."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.preset import Preset
from wizard.domain.units import gib
from wizard.fit.adapt import adapt
from wizard.knowledge.gpus import named_machine
from wizard.memory import estimate
from wizard.review import Review
from wizard.steps.opening import needs
from wizard.steps.ports import Outside
from wizard.steps.session import State
from wizard.ui.messages import Answered, Hint, MachineChosen, PresetChosen
from wizard.ui.widgets.options import Line, Options


class MachinePage(VerticalScroll, can_focus=False):
    """The machine as probed, one GPU of it, or one that the person names; then the presets."""

    DEFAULT_CSS = """
    MachinePage { padding: 0 1; }
    MachinePage > .asks { margin-bottom: 1; text-style: bold; }
    MachinePage > .notes { color: $text-muted; }
    MachinePage > Horizontal { height: 1; margin-bottom: 1; }
    MachinePage > Horizontal > .title { width: 1fr; }
    """

    def __init__(self, outside: Outside) -> None:
        super().__init__(id="page-machine")
        self.outside = outside
        self.found: Machine | None = None
        self.machines: list[Machine] = []
        self.presets: tuple[Preset, ...] = ()

    def compose(self) -> ComposeResult:
        """Machines, a box for a name, presets."""
        yield Static("Where will it be trained?", classes="asks")
        yield Options(id="machines")
        with Horizontal():
            yield Static("[b]Or name another[/b]  [dim]rtx-4090, 24GiB, 2xa100-80gb[/dim]", classes="title")
            box = Input(id="gpu-name", compact=True, placeholder="name", select_on_focus=True)
            box.cursor_blink = False
            box.styles.width = 20
            yield box
        yield Static("", classes="notes")
        yield Static("[b]Start from[/b]  [dim]preset[/dim]")
        yield Options(id="presets")

    def show(self, state: State, review: Review) -> None:
        """Draw the machines and what each preset would need on the chosen one."""
        self._show_machines(state, review)
        self.presets = self.presets or self.outside.presets()
        lines, current = [], None
        for number, preset in enumerate(self.presets):
            lines.append(self._preset_line(preset, state.machine))
            if preset.name == state.preset:
                current = number
        self.query_one("#presets", Options).show(lines, current)

    def _show_machines(self, state: State, review: Review) -> None:
        machines = [self.found] if self.found else []
        if self.found and self.found.count > 1:
            machines += [replace(self.found.only(gpu.index), notes=()) for gpu in self.found.gpus]
        if state.machine.gpus and state.machine not in machines:
            machines.append(state.machine)
        self.machines = machines
        lines = []
        for machine in machines:
            label = f"{machine.title}, {gib(machine.free_bytes)} free of {gib(machine.total_bytes)}"
            if not machine.gpus:
                label = "this machine: no GPU found; name one below"
            elif machine is self.found:
                label = f"this machine: {label}"
            elif machine.origin != "named":
                label = f"only GPU {machine.gpus[0].index}: {label}"
            fit = None
            needs = None
            if review.model is not None and machine.gpus:
                price = estimate(state.plan, review.model, machine)
                fit, needs = price.fit(machine.free_bytes), price.device.likely
            lines.append(Line(label, "", fit, needs))
        current = machines.index(state.machine) if state.machine in machines else None
        self.query_one("#machines", Options).show(lines, current)
        notes = [*(state.machine.notes), *_holders(state.machine)]
        self.query_one(".notes", Static).update("\n".join(notes))

    def _preset_line(self, preset: Preset, machine: Machine) -> Line:
        model, _ = self.outside.model(preset.model) if preset.model else (None, None)
        if model is None:
            return Line(preset.name, preset.title)
        lacks = needs(preset, machine)
        price = estimate(adapt(preset.plan, model, machine), model, machine)
        name = f"{preset.name} (for {lacks})" if lacks else preset.name
        return Line(name, preset.title, price.fit(machine.free_bytes), price.device.likely)

    @on(Options.Chosen, "#machines")
    def choose_machine(self, event: Options.Chosen) -> None:
        """Plan for it."""
        event.stop()
        self.post_message(MachineChosen(self.machines[event.index]))

    @on(Options.Chosen, "#presets")
    def choose_preset(self, event: Options.Chosen) -> None:
        """Start from it."""
        event.stop()
        self.post_message(PresetChosen(self.presets[event.index]))

    @on(Options.Pointed)
    def explain(self, event: Options.Pointed) -> None:
        """Say what a preset is for, or whose memory is counted."""
        event.stop()
        if event.options.id == "presets":
            preset = self.presets[event.index]
            self.post_message(Hint(f"{preset.title}. For {preset.for_whom}."))
        else:
            self.post_message(Hint("Fit compares the plan's need with what is free now on the fullest GPU."))

    @on(Input.Submitted)
    def name_machine(self, event: Input.Submitted) -> None:
        """Plan for the GPU that was named."""
        event.stop()
        if not event.value.strip():
            self.post_message(Answered())
            return
        try:
            machine = named_machine(event.value)
        except InputError as error:
            self.post_message(Hint(f"✗ {error.message}"))
            return
        self.post_message(MachineChosen(machine))
        event.input.value = ""


def _holders(machine: Machine) -> list[str]:
    """Who holds memory on these GPUs."""
    return [
        f"GPU {gpu.index}: {process.name or 'a program'} (pid {process.pid}) holds {gib(process.used_bytes)}"
        for gpu in machine.gpus
        for process in gpu.processes
    ][:4]
