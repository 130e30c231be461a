"""How a wizard opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wizard.axolotl import deepspeed, fsdp, mesh, precision, preference
from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.preset import Preset
from wizard.domain.units import GIB
from wizard.fit.recommend import kind_of
from wizard.memory import estimate
from wizard.session.draft import Draft
from wizard.session.ports import Outside
from wizard.session.state import State, started

_ROUGHLY = 0.97
"""Cards of one size differ by less: an A100 has 80 GiB, an H100 79.6."""


@dataclass(frozen=True)
class Opening:
    """What it starts with. `machine` None: probe this one. `start`: the first step shown.

    `chosen`: the person named the preset; otherwise another one may be taken that suits the machine. `origin`: the
    plan of the preset where `plan` has been changed already, as by a model that was named.
    `file`, `text`: the person's own file and what it held when it was opened. `drafts`: work that was not
    finished, the latest first; `resume`: go on with the latest without asking. `first`: this person has never
    seen the wizard. `data`: a data file that the person named.
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
    origin: Plan | None = None
    data: str | None = None


def first_state(opening: Opening, outside: Outside) -> State:
    """The state a wizard opens with: the plan made to suit its model and machine."""
    machine = opening.machine or Machine()
    named = opening.plan.get("base_model")
    model, note = outside.model(named) if isinstance(named, str) else (None, "no base_model is set")
    state = started(opening.plan, machine, model, note, opening.preset, opening.file)
    state = replace(state, origin=opening.origin or state.origin, suggested=not opening.chosen)
    return suiting_start(state, outside)


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
    if model is None and isinstance(named, str) and draft.model is not None:
        model, note = outside.shapes_as(named, draft.model)
    return State(plan, machine, model, note, draft.preset, wish, origin, draft.file), text


def suiting_start(state: State, outside: Outside) -> State:
    """The same, or started from the preset that suits the machine, where the present one was not the person's choice.

    What they chose of model and data stays, and the presets are judged with it. That is the preset for the largest
    machine that this one is no less than, which fits; the present one where that is as large.
    """
    if not state.untouched or state.file is not None or state.machine.free_bytes is None:
        return state
    for preset in sorted(filter(_for_anyone, outside.presets()), key=lambda one: _rank(one, state, outside)):
        if needs(preset, state.machine) or not _reaches(preset, state.machine, outside):
            continue
        other = state if preset.name == state.preset else _from(preset, state, outside)
        if other.model is None or not _of_its_make(preset, other.model, outside):
            continue
        if estimate(other.plan, other.model, other.machine).fit(state.machine.free_bytes) == "fits":
            return other
    return state


def _from(preset: Preset, state: State, outside: Outside) -> State:
    named = state.wish_from(preset).get("base_model")
    model, note = outside.model(named) if isinstance(named, str) else (None, None)
    return replace(state.with_preset(preset, model, note), suggested=True)


def _for_anyone(preset: Preset) -> bool:
    """Whether it is a beginning for who has said nothing yet: answers to be learned, text alone, rows left whole."""
    plan = preset.plan
    return not preset.own and preference.rl(plan) is None and not mesh.divides(plan) and kind_of(plan) == "instruct"


def _of_its_make(preset: Preset, model: Model, outside: Outside) -> bool:
    """Whether a model is a mixture where the preset's own is one, and not where it is not."""
    own, _ = outside.model(preset.model) if preset.model else (None, None)
    return own is None or own.moe == model.moe


def _rank(preset: Preset, state: State, outside: Outside) -> tuple[int, bool]:
    """Those for the largest machine first, and the present one before others of its size."""
    size = _least(preset, outside)
    return -round((size.total_bytes or 0) * size.count / (4 * GIB)), preset.name != state.preset


def _reaches(preset: Preset, machine: Machine, outside: Outside) -> bool:
    """Whether a machine is no less than the least one of a preset."""
    least = _least(preset, outside)
    return machine.count >= least.count and (machine.total_bytes or 0) >= _ROUGHLY * (least.total_bytes or 0)


def _least(preset: Preset, outside: Outside) -> Machine:
    return outside.machine("named", preset.gpu) if preset.gpu else Machine()


def by_machine(presets: Iterable[Preset], machine: Machine, outside: Outside) -> tuple[Preset, ...]:
    """The presets, those first that suit a machine: for one as large as it, then for smaller ones, then all others.

    Each kind in its own order; a person's own first, who has made it for their machines.
    """

    def place(preset: Preset) -> tuple[bool, bool, int]:
        least = _least(preset, outside)
        suits = not needs(preset, machine) and _reaches(preset, machine, outside)
        return not preset.own, not suits, -round((least.total_bytes or 0) * least.count / (4 * GIB)) if suits else 0

    return tuple(sorted(presets, key=place)) if machine.gpus else tuple(presets)


def needs(preset: Preset, machine: Machine) -> str:
    """What a preset is for that this machine lacks: `"2 GPUs"`, `"fp8"`, or an empty text."""
    sharded = deepspeed.deepspeed(preset.plan) or fsdp.shards(preset.plan)
    if sharded and machine.gpus and machine.count == 1:
        return "several GPUs"
    return "fp8" if precision.fp8(preset.plan) and machine.fp8 is False else ""


def spelled(name: str, model_id: str) -> str:
    """What goes into base_model: an id with an owner or a folder as typed, else the catalogue's spelling."""
    return model_id if name.lower() == model_id.lower() or "/" not in name else name
