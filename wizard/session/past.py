"""The last changes of a wizard as its draft keeps them, so that they can still be undone when it is gone on with.

Each is kept as what makes the state before it of the state after it: a few fields, and the rest only where it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.plan import changes
from wizard.session.draft import Draft, joined, split, without_secrets
from wizard.session.history import PastState
from wizard.session.ports import Outside
from wizard.session.state import State

MOST = 20
"""How many changes are kept."""


def kept_past(past: Sequence[PastState], now: State) -> tuple[Mapping[str, object], ...]:
    """The last changes, the latest last, as they are written down."""
    found: list[Mapping[str, object]] = []
    after = now
    for change in reversed(past[-MOST:]):
        found.append(_kept(change, after))
        after = change.state
    return tuple(reversed(found))


def _kept(change: PastState, after: State) -> dict[str, object]:
    before = change.state
    found: dict[str, object] = {"says": change.says}
    if change.needs is not None:
        found["needs"] = change.needs
    if before.preset != after.preset:
        found["preset"] = before.preset
    for key, was, then in (("wish", before.wish, after.wish), ("plan", before.plan, after.plan)):
        fields = without_secrets(changes(then, was))
        if fields:
            found[key] = split(fields)
    if _place(before.machine) != _place(after.machine):
        found["machine"] = _place(before.machine)
    if before.model is not after.model and before.model is not None:
        found["model"] = before.model.id
    return found


def _place(machine: Machine) -> list[object]:
    """What names a machine: how it came, its name, and the one GPU of several that is planned for."""
    named = None if machine.origin == "probed" else machine.name
    return [machine.origin, named, machine.gpus[0].index if len(machine.gpus) == 1 else None]


def past_again(draft: Draft, now: State, outside: Outside, here: Machine) -> list[PastState]:
    """The changes that led to a state that was gone on with: as many, from the last back, as can be had again.

    `here`: the machine as it was probed, empty where that is still to come.
    """
    found: list[PastState] = []
    after = now
    for kept in reversed(draft.past):
        try:
            found.append(_again(kept, after, outside, here))
        except (InputError, KeyError, TypeError, ValueError, AttributeError):
            break
        after = found[-1].state
    return found[::-1]


def _again(kept: Mapping[str, Any], after: State, outside: Outside, here: Machine) -> PastState:
    before = after
    if "preset" in kept:
        found = {one.name: one for one in outside.presets()}[kept["preset"]]
        before = replace(before, preset=found.name, origin=found.plan.for_axolotl(after.plan.axolotl))
    wish, plan = (joined(kept[key]) if key in kept else {} for key in ("wish", "plan"))
    before = replace(
        before,
        wish=before.origin.changed(changes(before.origin, after.wish.changed(wish))),
        plan=before.origin.changed(changes(before.origin, after.plan.changed(plan))),
    )
    if "machine" in kept:
        before = replace(before, machine=_machine(kept["machine"], outside, here))
    if "model" in kept or "base_model" in plan:
        before = _with_model(before, kept.get("model"), outside)
    needs = kept.get("needs")
    return PastState(str(kept["says"]), before, needs if isinstance(needs, int) else None)


def _machine(place: Sequence[Any], outside: Outside, here: Machine) -> Machine:
    origin, name, only = place
    found = outside.machine(origin, name) if name is not None else here
    return found.only(only) if only is not None and found.count > 1 else found


def _with_model(state: State, alike: object, outside: Outside) -> State:
    named = state.plan.get("base_model")
    if not isinstance(named, str):
        return replace(state, model=None, model_note="no base_model is set")
    model, note = outside.model(named)
    if model is None and isinstance(alike, str):
        model, note = outside.shapes_as(named, alike)
    return replace(state, model=model, model_note=note)


def on_this_machine(past: Iterable[PastState], before: Machine, machine: Machine) -> list[PastState]:
    """The same changes, where the machine was not known yet when they were read."""
    return [replace(one, state=one.state.on_now(machine)) if one.state.machine == before else one for one in past]
