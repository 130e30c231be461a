"""The state of one wizard: what is chosen now, and what an answer makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wizard.axolotl.dataset_types import reading
from wizard.axolotl.template_choice import following
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.preset import Preset
from wizard.fit.adapt import adapt
from wizard.questions.aside import Aside, left
from wizard.questions.question import Situation
from wizard.questions.taking import along
from wizard.review import codes, stops

_KEPT = ("base_model", "datasets", "val_set_size", "output_dir")
"""What a person chose of these stays when another preset is taken."""
_WHERE = ("path", "ds_type", "data_files", "name", "split")
"""Of an entry of `datasets`, where the rows are; the rest is how they look."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The whole file as it was edited by hand, and the plan it holds. `told`: the comments in it that are ours."""

    text: str
    plan: Plan
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """One moment.

    `wish` is what the person wants, `plan` the same made to suit model and machine: going back to a better
    machine brings the wish back. `model` is None where the plan's base model is not known; `model_note` says why.
    `origin` is the plan as it came from the preset or the file. `file` is the person's own file, None where it
    began with a preset: in a file nothing changes but what the person changes. `edited`: the file as it was left in
    an editor, where more than values was changed there. `aside`: what other kinds of training had, until a preset is
    taken. `suggested`: nobody asked for the preset; it was taken because it suits the machine.
    """

    plan: Plan
    machine: Machine
    model: Model | None = None
    model_note: str | None = None
    preset: str | None = None
    wish: Plan = field(default_factory=Plan)
    origin: Plan = field(default_factory=Plan)
    file: str | None = None
    edited: Edited | None = None
    aside: Aside = field(default_factory=dict)
    suggested: bool = False

    @property
    def untouched(self) -> bool:
        """Whether the preset was suggested and is as it was, but for what stays when another is taken."""
        return self.suggested and not {
            name for name in {*self.wish, *self.origin} - set(_KEPT) if self.wish.get(name) != self.origin.get(name)
        }

    @property
    def situation(self) -> Situation:
        """What an answer may depend on."""
        return Situation(self.plan, self.model, self.machine, aside=self.aside)

    def _suited(self, wish: Plan, model: Model | None, machine: Machine) -> Plan:
        """The wish for another model or machine; what would stop there, and does not now, is mended where it can be."""
        if self.file is not None:
            return wish
        suited = adapt(wish, model, machine)
        if not stops(suited, model, machine):
            return suited
        return _mended(suited, model, machine, codes(stops(self.plan, self.model, self.machine)))

    def with_fields(self, changes: Mapping[str, object]) -> State:
        """Some fields answered."""
        plan = self.plan.changed(changes)
        return replace(self, plan=plan, wish=self.wish.changed(changes), aside=left(self.aside, self.plan, plan))

    def with_machine(self, machine: Machine) -> State:
        """Another machine."""
        return replace(self, machine=machine, plan=self._suited(self.wish, self.model, machine))

    def with_model(self, name: str, model: Model, note: str | None) -> State:
        """Another base model."""
        wish = self.wish.changed({"base_model": name})
        wish = wish if self.file is not None else wish.changed(following(self.wish, wish))
        plan = self._suited(wish, model, self.machine)
        return replace(self, wish=wish, plan=plan, model=model, model_note=note)

    def closed_after(self, before: State) -> str:
        """What stops the run here and not before; empty where nothing does, and in a person's own file."""
        if self.file is not None:
            return ""
        known = codes(stops(before.plan, before.model, before.machine))
        new = [one for one in stops(self.plan, self.model, self.machine) if one.code not in known]
        return new[0].message if new else ""

    def on_now(self, machine: Machine) -> State:
        """The same machine with the memory that is free now: the plan stays."""
        return replace(self, machine=machine)

    def with_preset(self, preset: Preset, model: Model | None, note: str | None) -> State:
        """Start from a preset; `model` is that of `chosen()` where the person has chosen one."""
        wish = self.wish_from(preset)
        plan = _mended(adapt(wish, model, self.machine), model, self.machine, frozenset())
        return State(plan, self.machine, model, note, preset.name, wish, preset.plan)

    def wish_from(self, preset: Preset) -> Plan:
        """What the person would want of a preset: its plan with their own model and data, and the template for it."""
        wish = preset.plan.changed(self._chosen_for(preset))
        return wish.changed(following(preset.plan, wish))

    def _chosen_for(self, preset: Preset) -> dict[str, object]:
        """Those that stay; of the data only where they are, where the preset trains on rows of another form."""
        kept = self.chosen()
        own, listed = kept.get("datasets"), preset.plan.get("datasets")
        same = reading(preset.plan) == reading(self.wish)
        if same or not (isinstance(own, list) and isinstance(listed, list) and own and listed):
            return kept
        where = {key: own[0][key] for key in _WHERE if key in own[0]} if isinstance(own[0], dict) else {}
        return {**kept, "datasets": [{**listed[0], **where}]}

    def chosen(self) -> dict[str, object]:
        """The model and data fields that the person has set since the last preset."""
        return {
            name: self.wish.values.get(name, REMOVE) for name in _KEPT if self.wish.get(name) != self.origin.get(name)
        }


def _mended(plan: Plan, model: Model | None, machine: Machine, known: frozenset[str]) -> Plan:
    """The plan with what would stop it mended where it can be, but for what is known to stop it."""
    return plan.changed(along(plan, {}, Situation(plan, model, machine), known)[0])


def started(
    plan: Plan,
    machine: Machine,
    model: Model | None,
    note: str | None,
    preset: str | None,
    file: str | None = None,
) -> State:
    """The state a wizard opens with: from a preset, or from a person's own file."""
    own = file is not None
    return State(plan if own else adapt(plan, model, machine), machine, model, note, preset, plan, plan, file)


def also_changed(before: State, after: State, told: Mapping[str, object]) -> list[str]:
    """Fields of the plan that differ beyond those `told`, for a sentence to the person."""
    names = {*before.plan, *after.plan} - set(told)
    return sorted(name for name in names if before.plan.get(name) != after.plan.get(name))
