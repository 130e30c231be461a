"""How a wizard opens."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl import deepspeed, fsdp, precision, preference
from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.preset import Preset
from wizard.fit.adapt import adapt
from wizard.memory import estimate
from wizard.session.draft import Draft
from wizard.session.ports import Outside
from wizard.session.state import State, started


@dataclass(frozen=True)
class Opening:
    """What it starts with. `machine` None: probe this one. `start`: the first step shown.

    `chosen`: the person named the preset; otherwise another one may be taken that fits the machine.
    `file`, `text`: the person's own file and what it held when it was opened. `drafts`: work that was not
    finished, the latest first; `resume`: go on with the latest without asking. `first`: this person has never
    seen the wizard.
    """

    plan: Plan
    machine: Machine | None
    preset: str | None
    target: str
    start: int = 0
    chosen: bool = True
    file: str | None = None
    text: str | None = None
    drafts: tuple[Draft, ...] = ()
    resume: bool = False
    first: bool = False


def first_state(opening: Opening, outside: Outside) -> State:
    """The state a wizard opens with: the plan made to suit its model and machine."""
    machine = opening.machine or Machine()
    named = opening.plan.get("base_model")
    model, note = outside.model(named) if isinstance(named, str) else (None, "no base_model is set")
    state = started(opening.plan, machine, model, note, opening.preset, opening.file)
    return state if opening.chosen else fitting_start(state, outside)


def resumed(draft: Draft, state: State, outside: Outside) -> tuple[State, str | None]:
    """The state of a draft, and the text of the file it began with.

    `state` gives the machine where the draft has no name for one. Raises InputError where the preset or the
    file is gone.
    """
    text = None
    if draft.file is not None:
        origin, text = outside.opened(draft.file)
    else:
        found = next((preset for preset in outside.presets() if preset.name == draft.preset), None)
        if found is None:
            raise InputError(f"the preset {draft.preset} of this draft is gone")
        origin = found.plan
    machine = draft.of(outside.machine(draft.origin, draft.machine) if draft.machine else state.machine)
    wish, plan = draft.state(origin)
    named = plan.get("base_model")
    model, note = outside.model(named) if isinstance(named, str) else (None, "no base_model is set")
    return State(plan, machine, model, note, draft.preset, wish, origin, draft.file), text


def fitting_start(state: State, outside: Outside) -> State:
    """The same, or started from the first QLoRA preset that fits where this one does not."""
    if state.model is None or state.machine.free_bytes is None or state.chosen():
        return state
    if estimate(state.plan, state.model, state.machine).fit(state.machine.free_bytes) == "fits":
        return state
    for preset in outside.presets():
        model, note = outside.model(preset.model) if preset.model else (None, None)
        if model is None or preset.own or preference.rl(preset.plan) or needs(preset, state.machine):
            continue
        plan = adapt(preset.plan, model, state.machine)
        if estimate(plan, model, state.machine).fit(state.machine.free_bytes) == "fits":
            return state.with_preset(preset, model, note)
    return state


def needs(preset: Preset, machine: Machine) -> str:
    """What a preset is for that this machine lacks: `"2 GPUs"`, `"fp8"`, or an empty text."""
    sharded = deepspeed.deepspeed(preset.plan) or fsdp.shards(preset.plan)
    if sharded and machine.gpus and machine.count == 1:
        return "several GPUs"
    return "fp8" if precision.fp8(preset.plan) and machine.fp8 is False else ""


def spelled(name: str, model_id: str) -> str:
    """What goes into base_model: an id with an owner or a folder as typed, else the catalogue's spelling."""
    return model_id if name.lower() == model_id.lower() or "/" not in name else name
