"""What Axolotl calls a key that it does not have, for the plan that the key stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.domain.plan import REMOVE, Plan
from wizard.domain.text import in_yaml
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.meanings import TWICE, Becomes, Meaning, meanings
from wizard.knowledge.axolotl.versions import of_plan


@dataclass(frozen=True, slots=True)
class Translation:
    """`changes`: what says the same to Axolotl, empty where a person decides. `says`: how, or what to decide.

    `drops`: nothing is set, the key only goes.
    """

    says: str
    changes: Mapping[str, object] = field(default_factory=dict)
    drops: bool = False


def translation(plan: Plan, meaning: Meaning) -> Translation:
    """What becomes of the value that a plan has for this key."""
    key, value = meaning.key, plan.get(meaning.key)
    outcome = _outcome(plan, meaning)
    if outcome.ask:
        return Translation(outcome.ask)
    said_too = _defaults(plan, meaning, outcome)
    flat = {**outcome.sets, **said_too}
    if flat.get("adapter") == "lora" and True in (plan.get("load_in_4bit"), foreseen(plan).get("load_in_4bit")):
        flat["adapter"] = "qlora"  # Axolotl quantizes to 4 bits for that alone
    if flat.get("load_in_4bit") is True and "adapter" not in flat and plan.get("adapter") == "lora":
        return Translation("adapter: lora is written too, and Axolotl loads 4 bits for adapter: qlora: which is meant")
    sets = _into_blocks(plan, flat)
    for name, new in sets.items():
        said = plan.get(name)
        if name != "plugins" and not isinstance(new, dict) and said is not None and said != new:
            return Translation(f"{name}: {_shown(said)} is written too, and Axolotl reads that alone: which is meant")
        target = find(name, of_plan(plan))
        if target is not None and not target.accepts(new):
            return Translation(f"{name} takes {target.wanted()}: what {_shown(value)} should be there")
    if not sets:
        return Translation(outcome.drop, {key: REMOVE}, drops=True)
    words = ", ".join(f"{name}: {_shown(new)}" for name, new in flat.items())
    words += f" ({' and '.join(said_too)} by default there)" if said_too else ""
    return Translation(words, {key: REMOVE, **{name: new for name, new in sets.items() if plan.get(name) != new}})


def foreseen(plan: Plan) -> dict[str, object]:
    """The keys that the plan's foreign and old keys would set."""
    known = meanings()
    found: dict[str, object] = {}
    for key, value in plan.values.items():
        if value is not None and key in known:
            found |= _outcome(plan, known[key]).sets
    return found


def _defaults(plan: Plan, meaning: Meaning, outcome: Becomes) -> dict[str, object]:
    """What the other trainer takes by default, where nothing else says any of it."""
    value = plan.get(meaning.key)
    others = foreseen(plan) if outcome.default else {}
    if any(plan.get(name) is not None or name in others for name in outcome.default):
        return {}
    twice = value * 2 if isinstance(value, int) and not isinstance(value, bool) else TWICE
    made = {name: twice if new == TWICE else new for name, new in outcome.default.items()}
    return {name: new for name, new in made.items() if new != TWICE}


def _outcome(plan: Plan, meaning: Meaning) -> Becomes:
    value = plan.get(meaning.key)
    return _together(meaning, value) if meaning.listed else meaning.outcome(value, plan.values)


def _together(meaning: Meaning, value: object) -> Becomes:
    """The outcomes of the parts of a list, or of words with commas, as one; parts that go on are a list again."""
    parts = [one.strip() for one in value.split(",")] if isinstance(value, str) else value
    found = [
        meaning.outcome(part) for part in (parts if isinstance(parts, list) else [parts]) if part not in ("", None)
    ]
    if not found:
        return Becomes(drop="it names nothing")
    ask = next((one.ask for one in found if one.ask), "")
    sets: dict[str, object] = {}
    for one in found:
        for name, new in one.sets.items():
            old = sets.get(name)
            parts = [new] if name == meaning.to else new
            sets[name] = [*old, *parts] if isinstance(old, list) and isinstance(parts, list) else parts
    return Becomes({} if ask else sets, "" if sets else next((one.drop for one in found if one.drop), ""), ask)


def _into_blocks(plan: Plan, sets: Mapping[str, object]) -> dict[str, object]:
    """The same with `block.key` as the whole block, and plugins beside those that are there."""
    made: dict[str, object] = {}
    for name, value in sets.items():
        block, _, inner = name.partition(".")
        there = plan.get(block)
        if inner:
            made[block] = {**(there if isinstance(there, dict) else {}), **_block(made.get(block)), inner: value}
        elif name == "plugins" and isinstance(there, list) and isinstance(value, list):
            made[name] = [*there, *(one for one in value if one not in there)]
        else:
            made[name] = value
    return made


def _block(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _shown(value: object) -> str:
    text = in_yaml(value)
    return text if len(text) < 60 else text[:59] + "…"
