"""Step 1 as values: the machines to plan for and the presets to start from, each with its price."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.domain.estimate import Fit
from wizard.domain.machine import Machine
from wizard.domain.preset import Preset
from wizard.domain.units import gib
from wizard.fit.adapt import adapt
from wizard.memory import estimate
from wizard.output.text.sizes import size_notes
from wizard.session.opening import needs
from wizard.session.ports import Outside
from wizard.session.state import State


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer: its label, what it is for, and what the plan would need there (None: no price)."""

    label: str
    about: str = ""
    fit: Fit | None = None
    needs: int | None = None


def machines(found: Machine | None, state: State) -> list[Machine]:
    """The probed machine, each of its GPUs alone where it has several, and the one that is planned for."""
    every = [found] if found else []
    if found and found.count > 1 and found.origin != "named":  # of named ones each is as free as the others
        every += [replace(found.only(gpu.index), notes=()) for gpu in found.gpus]
    if state.machine.gpus and state.machine not in every:
        every.append(state.machine)
    return every


def machine_offer(machine: Machine, found: Machine | None, state: State) -> Offer:
    """A machine as it is offered, priced as if it were chosen."""
    label = f"{machine.title}, {gib(machine.free_bytes)} free of {gib(machine.total_bytes)}"
    if not machine.gpus:
        label = "this machine: no GPU found; name one below"
    elif found is not None and machine is not found and found.count > 1 and machine.origin == found.origin:
        label = f"only GPU {machine.gpus[0].index}: {label}"
    elif machine.origin != "named":
        label = f"{'as recorded' if machine.origin == 'recorded' else 'this machine'}: {label}"
    if state.model is None or not machine.gpus:
        return Offer(label)
    plan = state.plan if machine == state.machine else state.with_machine(machine).plan
    price = estimate(plan, state.model, machine)
    return Offer(label, "", price.fit(machine.free_bytes), price.device.likely)


def about(machine: Machine) -> list[str]:
    """What is to be known of a machine: its notes, who holds its memory, what a size is taken as."""
    return [*machine.notes, *holders(machine), *size_notes(machine)]


def holders(machine: Machine) -> list[str]:
    """Who holds memory on these GPUs."""
    return [
        f"GPU {gpu.index}: {process.name or 'a program'} (pid {process.pid}) holds {gib(process.used_bytes)}"
        for gpu in machine.gpus
        for process in gpu.processes
    ][:4]


def preset_offer(preset: Preset, state: State, outside: Outside, *, priced: bool = True) -> Offer:
    """A preset as it is offered, with the model and data that would stay; without a price if not `priced`."""
    machine, wish = state.machine, state.wish_from(preset)
    named = wish.get("base_model")
    model, _ = outside.model(named) if priced and isinstance(named, str) else (None, None)
    if priced and model is None:
        return Offer(preset.name, preset.title)
    lacks = needs(preset, machine)
    name = f"{preset.name} (for {lacks})" if lacks else preset.name
    if model is None:
        return Offer(name, preset.title)
    price = estimate(adapt(wish, model, machine), model, machine)
    return Offer(name, preset.title, price.fit(machine.free_bytes), price.device.likely)


def from_preset(preset: Preset, state: State, outside: Outside) -> tuple[State, str]:
    """The state started from a preset, and a sentence that says so: the person's own model and data stay."""
    kept = state.chosen()
    named = kept.get("base_model", preset.model)
    model, note = outside.model(named) if isinstance(named, str) else (None, "the preset names no model")
    stays = f" Your {', '.join(sorted(kept))} stayed." if kept else ""
    return state.with_preset(preset, model, note), f"Started from {preset.name}.{stays}"
