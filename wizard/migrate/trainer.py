"""Another trainer's settings as Axolotl's: each key becomes one, goes with a reason, or is left to the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wizard.axolotl import adapters, quantization
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.text import in_yaml
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.meanings import meanings
from wizard.knowledge.axolotl.trainers import Trainer
from wizard.knowledge.axolotl.versions import of_plan
from wizard.migrate.torchtune import from_torchtune
from wizard.rules.file._translation import translation

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+")
_AXOLOTLS = ("base_model", "adapter", "load_in_4bit", "datasets", "lora_target_modules")
"""What torchtune's blocks were made into already."""


@dataclass(frozen=True, slots=True)
class KeyMove:
    """What became of one key: `says` the new keys, why it goes, or what is to be decided."""

    key: str
    kind: Literal["becomes", "dropped", "ask"]
    says: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The values of an Axolotl config, in order, and what became of each key of the other trainer."""

    values: Mapping[str, object]
    moves: tuple[KeyMove, ...]


def imported(theirs: Mapping[str, object], trainer: Trainer, version: Version) -> Imported:
    """Another trainer's settings for an Axolotl; what it takes by itself is written out. Nothing is guessed."""
    moves: list[KeyMove] = []
    given = {key: _number(value) for key, value in theirs.items() if value is not None}
    if trainer.nested:
        flat, special = from_torchtune(given)
        given = {key: _number(value) for key, value in flat.items()}
        moves += [KeyMove(*one) for one in special]
    plan = Plan(_with_defaults(given, trainer), axolotl=version)
    for key in tuple(plan.values):
        plan, move = _moved(plan, key, trainer)
        if move is not None:
            moves.append(KeyMove(move.key, move.kind, move.says + ("" if key in given else " (by default there)")))
    moves += [KeyMove(key, "ask", ask) for key, ask in trainer.ask.items() if key not in given]
    if adapters.adapter(plan) == "lora" and quantization.load_in_4bit(plan):
        plan = plan.changed({"adapter": "qlora"})
    if not plan.get("datasets"):
        moves.append(KeyMove("datasets", "ask", "name the data: each entry has a `path` and the `type` of its rows"))
    return Imported(plan.values, tuple(moves))


def _number(value: object) -> object:
    """A value such as 1e-4, which is a text for PyYAML and a number for those who read these files."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _with_defaults(given: Mapping[str, object], trainer: Trainer) -> dict[str, object]:
    """The settings with what the trainer takes by itself, behind them."""
    made = {**given, **{key: value for key, value in trainer.defaults.items() if key not in given}}
    if all(made.get(key, False) in values for key, values in trainer.adapter_where.items()):
        return made | {key: value for key, value in trainer.adapter.items() if key not in made}
    return {key: value for key, value in made.items() if key not in trainer.adapter_alone}


def _moved(plan: Plan, key: str, trainer: Trainer) -> tuple[Plan, KeyMove | None]:
    """The plan with one key in Axolotl's words, or without it; what became of it, None where it is Axolotl's too."""
    value = plan.get(key)
    if value is None:
        return plan, None
    if key in trainer.entries:
        names = value if isinstance(value, list) else str(value).split(",")
        listed = [{"path": str(name).strip(), "type": trainer.entries[key]} for name in names]
        paths = in_yaml([one["path"] for one in listed])
        asks = f"datasets has {paths}: whether `type: {trainer.entries[key]}` reads them"
        return plan.changed({key: REMOVE, "datasets": listed}), KeyMove(key, "ask", asks)
    meaning = trainer.keys.get(key) or (None if trainer.nested or key in trainer.same else meanings().get(key))
    if meaning is not None and meaning.to != key:
        found = translation(plan, meaning)
        if not found.changes:
            return plan.changed({key: REMOVE}), KeyMove(key, "ask", found.says)
        return plan.changed(found.changes), KeyMove(key, "dropped" if found.drops else "becomes", found.says)
    if meaning is not None and key == meaning.to:  # the same name, and values of its own
        outcome = meaning.outcome(value, plan.values)
        if outcome.sets and outcome.sets != {key: value}:
            return plan.changed({key: REMOVE, **outcome.sets}), KeyMove(key, "becomes", in_yaml(dict(outcome.sets)))
    field = find(key, of_plan(plan)) if not trainer.nested or key in trainer.same or key in _AXOLOTLS else None
    if field is None:
        return plan.changed({key: REMOVE}), KeyMove(key, "ask", f"nobody knows what {trainer.name} means by it")
    if not field.accepts(value):
        says = f"it is {in_yaml(value)}, where Axolotl takes {field.wanted()}"
        return plan.changed({key: REMOVE}), KeyMove(key, "ask", says)
    return plan, None
