"""A wizard's work as it is kept: what the person changed, never the whole of their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wizard.domain.machine import Machine
from wizard.domain.plan import REMOVE, Plan, changes
from wizard.domain.secrets import is_secret
from wizard.domain.version import parse_version
from wizard.questions.steps import nearest
from wizard.session.state import State

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """What brings a wizard back. `wish` and `plan`: changes against the preset or the file it began with.

    `machine`: the name of a GPU that the person named or of a recorded machine (`origin` says which), None for
    the one that is probed. `saved`: when, in ISO 8601 with a time zone. `model`: the base model it was for, or that
    whose shapes it was said to have.
    `only`: the one GPU of several that was planned for. `axolotl`: the version that it is for. `gpus`: what was found
    there, in words, where it was probed. `past`: the last changes, as session/past.py has them. `source`: where it is
    kept.
    """

    saved: str
    step: int
    target: str
    preset: str | None
    file: str | None
    machine: str | None = None
    origin: str = "probed"
    wish: Mapping[str, object] = field(default_factory=dict)
    plan: Mapping[str, object] = field(default_factory=dict)
    model: str | None = None
    only: int | None = None
    axolotl: str | None = None
    gpus: str | None = None
    past: tuple[Mapping[str, Any], ...] = ()
    source: str | None = None

    @property
    def when(self) -> str:
        """When it was left, as people write a date and time."""
        try:
            return datetime.fromisoformat(self.saved).astimezone().strftime("%Y-%m-%d %H:%M")
        except (ValueError, OverflowError):
            return self.saved

    @property
    def begun(self) -> str:
        """What it is for and what it began with, in words."""
        since = f"the preset {self.preset}" if self.file is None else f"your file {self.file}"
        model = self.plan.get("base_model", self.model)
        return f"{f'{model}, ' if isinstance(model, str) else ''}begun with {since}"

    def elsewhere(self, machine: Machine | None) -> str:
        """That it was left on another machine than the one here; empty where it was not, or where that is not known."""
        if self.machine is not None or machine is None or self.gpus in (None, self.of(machine).title):
            return ""
        return f"It was left on {self.gpus}; here it is {machine.title}, and every figure is for that now."

    def of(self, machine: Machine) -> Machine:
        """The part of a machine that was planned for."""
        there = any(gpu.index == self.only for gpu in machine.gpus)
        return machine.only(self.only) if self.only is not None and there and machine.count > 1 else machine

    def state(self, origin: Plan) -> tuple[Plan, Plan]:
        """Wish and plan again, from the preset's or the file's plan as it is now."""
        version = parse_version(self.axolotl) if self.axolotl is not None else None
        origin = origin if version is None else origin.for_axolotl(version)
        return origin.changed(self.wish), origin.changed(self.plan)


def draft_of(state: State, *, step: int, target: str, saved: str, past: tuple[Mapping[str, object], ...] = ()) -> Draft:
    """What to keep of a state, and of the changes that led to it."""
    machine = state.machine
    return Draft(
        saved=saved,
        step=step,
        target=target,
        preset=state.preset,
        file=state.file,
        machine=None if machine.origin == "probed" else machine.name,
        origin=machine.origin,
        wish=without_secrets(changes(state.origin, state.wish)),
        plan=without_secrets(changes(state.origin, state.plan)),
        model=state.model.id if state.model else None,
        only=machine.gpus[0].index if len(machine.gpus) == 1 else None,
        axolotl=None if state.plan.axolotl is None else str(state.plan.axolotl),
        gpus=machine.title if machine.origin == "probed" and machine.gpus else None,
        past=past,
    )


def without_secrets(fields: Mapping[str, object]) -> dict[str, object]:
    """All but secrets, which are in no file but the person's own."""
    return {key: value for key, value in fields.items() if not is_secret(key, value)}


def to_mapping(draft: Draft) -> dict[str, object]:
    """As it is written down."""
    return {
        "version": _VERSION,
        "saved": draft.saved,
        "step": draft.step,
        "target": draft.target,
        "preset": draft.preset,
        "file": draft.file,
        "machine": draft.machine,
        "origin": draft.origin,
        "model": draft.model,
        "only": draft.only,
        "axolotl": draft.axolotl,
        "wish": split(draft.wish),
        "plan": split(draft.plan),
        "gpus": draft.gpus,
        "past": [dict(one) for one in draft.past],
    }


def from_mapping(found: Mapping[str, Any], source: str | None = None) -> Draft | None:
    """A draft from what was written down; None where it is none that this version can read."""
    texts = {"saved": str, "target": str, "origin": str}
    if found.get("version") != _VERSION or not all(isinstance(found.get(key), kind) for key, kind in texts.items()):
        return None
    for key in ("preset", "file", "machine", "model", "axolotl", "gpus"):
        if not isinstance(found.get(key), str | None):
            return None
    try:
        return Draft(
            saved=found["saved"],
            step=nearest(int(found["step"])),
            target=found["target"],
            preset=found["preset"],
            file=found["file"],
            machine=found["machine"],
            origin=found["origin"],
            wish=joined(found["wish"]),
            plan=joined(found["plan"]),
            model=found["model"],
            only=None if found["only"] is None else int(found["only"]),
            axolotl=found.get("axolotl"),
            gpus=found.get("gpus"),
            past=_listed(found.get("past")),
            source=source,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _listed(found: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def split(changed: Mapping[str, object]) -> dict[str, object]:
    """Changes as they are written down: what is set, and what is taken out."""
    kept = {key: value for key, value in changed.items() if value is not REMOVE}
    return {"set": kept, "removed": [key for key, value in changed.items() if value is REMOVE]}


def joined(found: Mapping[str, Any]) -> dict[str, object]:
    """The same read again. Raises KeyError, TypeError or AttributeError where it is none."""
    kept = {str(key): value for key, value in found["set"].items()}
    return kept | dict.fromkeys(map(str, found["removed"]), REMOVE)
