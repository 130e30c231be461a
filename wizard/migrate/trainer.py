"""Another trainer's settings as Axolotl's: each key becomes one, goes with a reason, or is left to the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wizard.axolotl import adapters, preference, quantization
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.text import in_yaml
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.meanings import meanings
from wizard.knowledge.axolotl.trainers import Trainer, row_type
from wizard.knowledge.axolotl.versions import of_plan
from wizard.knowledge.models.catalogue import built
from wizard.knowledge.models.catalogue import find as find_model
from wizard.knowledge.peft import usual_targets
from wizard.migrate.torchtune import from_torchtune
from wizard.rules.file._translation import translation

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+")
_AXOLOTLS = ("base_model", "adapter", "load_in_4bit", "datasets", "lora_target_modules")
"""What torchtune's blocks were made into already."""
_AS_PEFT_DOES = "peft"
_MODELS = ("model_name_or_path", "model_name", "model")


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
    plan = Plan(_with_defaults(given, trainer, moves), axolotl=version)
    for key in [key for key in plan.values if key not in trainer.entries and key != trainer.rows]:
        plan, move = _moved(plan, key, trainer)
        if move is not None:
            moves.append(KeyMove(move.key, move.kind, move.says + ("" if key in given else " (by default there)")))
    moves += [KeyMove(key, "ask", ask) for key, ask in trainer.ask.items() if key not in given]
    if adapters.adapter(plan) == "lora" and quantization.load_in_4bit(plan):
        plan = plan.changed({"adapter": "qlora"})
    plan, of_data = _with_data(plan, trainer)
    moves += of_data
    moves += _absent_targets(plan)
    if not plan.get("datasets"):
        moves.append(KeyMove("datasets", "ask", "name the data: each entry has a `path` and the `type` of its rows"))
    return Imported(plan.values, tuple(moves))


def _with_data(plan: Plan, trainer: Trainer) -> tuple[Plan, list[KeyMove]]:
    """The plan with the data that its keys name, of the type that such rows mostly have; asks whether they do."""
    moves: list[KeyMove] = []
    most = plan.get(trainer.rows) if trainer.rows else None
    split = {"split": f"train[:{most}]"} if isinstance(most, int) else {}
    plan = plan.changed({trainer.rows: REMOVE} if trainer.rows else {})
    for key in [key for key in trainer.entries if plan.get(key) is not None]:
        value = plan.get(key)
        names = value if isinstance(value, list) else str(value).split(",")
        kind = row_type("reward_model" if preference.reward_model(plan) else preference.rl(plan), trainer.entries[key])
        listed = [{"path": str(name).strip(), **split, "type": kind} for name in names]
        paths = in_yaml([one["path"] for one in listed])
        plan = plan.changed({key: REMOVE, "datasets": listed})
        moves.append(KeyMove(key, "ask", f"datasets has {paths}: whether `type: {kind}` reads them"))
    if most is not None:
        said = (
            KeyMove(trainer.rows, "becomes", f"split: {split['split']} of each data set") if split and moves else None
        )
        moves.append(said or KeyMove(trainer.rows, "ask", "write it as `split: train[:N]` of the entries of datasets"))
    return plan, moves


def _absent_targets(plan: Plan) -> list[KeyMove]:
    """Asks about modules that get an adapter there and are named otherwise in the model that Axolotl loads."""
    row, targets = find_model(str(plan.get("base_model"))), adapters.lora_target_modules(plan)
    if row is None:
        return []
    there = {name.rpartition(".")[2] for name in built(row.id).linear_names} | {"lm_head"}
    absent = [one for one in targets if one.isidentifier() and one not in there]
    says = f"{row.id} has no {in_yaml(absent)}: which of {in_yaml(sorted(there))} is meant"
    return [KeyMove("lora_target_modules", "ask", says)] if absent else []


def _number(value: object) -> object:
    """A value such as 1e-4, which is a text for PyYAML and a number for those who read these files."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _with_defaults(given: Mapping[str, object], trainer: Trainer, moves: list[KeyMove]) -> dict[str, object]:
    """The settings with what the trainer takes by itself, behind them."""
    made = {**trainer.when[-1].values, **given}
    for one in reversed(trainer.when[:-1]):
        if one.holds(made):
            made |= {key: value for key, value in one.values.items() if key not in given}
    for key, value in [*made.items()]:
        if value == _AS_PEFT_DOES:
            model = find_model(str(next((given[name] for name in _MODELS if name in given), "")))
            found = usual_targets(model.config.get("model_type")) if model is not None else None
            made |= {key: found}
            if found is None:
                says = "PEFT chooses the modules by the model: name those that get an adapter in lora_target_modules"
                moves.append(KeyMove(key, "ask", says))
    gone = {key for one in trainer.apart if one.holds(made) for key in one.values}
    moves += [KeyMove(key, "dropped", "it says nothing where all weights are trained") for key in gone & given.keys()]
    order = {**given, **made}
    return {key: value for key, value in order.items() if key not in gone and value is not None}


def _moved(plan: Plan, key: str, trainer: Trainer) -> tuple[Plan, KeyMove | None]:
    """The plan with one key in Axolotl's words, or without it; what became of it, None where it is Axolotl's too."""
    value = plan.get(key)
    if value is None:
        return plan, None
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
