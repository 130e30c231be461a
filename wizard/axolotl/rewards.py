"""Functions of the person's own that a training by rewards imports, as module.function.

Source: axolotl 0.21.0 core/trainers/grpo/__init__.py `get_reward_func` (what is found in no module is a model of the
hub), prompt_strategies/base.py `load` (a dataset's `type`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wizard.axolotl import batch, datasets, preference
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.domain.values import texts
from wizard.knowledge.kinds import kinds
from wizard.knowledge.reward_functions import columns_of_rewards

BROUGHT = frozenset({"axolotl", "nemo_gym", "transformers", "trl"})
"""Packages that are there wherever such a run is."""


def scoring(plan: Plan) -> tuple[str, ...]:
    """Those that score answers."""
    named = texts(batch.trl(plan).get("reward_funcs")) if preference.rl(plan) in preference.LEARNS else ()
    return tuple(filter(_is_function, named))


def rolling(plan: Plan) -> tuple[str, ...]:
    """The one that makes the answers, where it is not TRL's own."""
    named = texts(batch.trl(plan).get("rollout_func")) if preference.rl(plan) in preference.LEARNS else ()
    return tuple(filter(_is_function, named))


def prompting(plan: Plan) -> tuple[str, ...]:
    """Those that make prompts of rows."""
    if preference.rl(plan) not in preference.LEARNS:
        return ()
    types = (one.type for one in datasets.entries(plan, "datasets"))
    return tuple(kind for kind in types if isinstance(kind, str) and _is_function(kind))


def own_files(plan: Plan) -> dict[str, list[str]]:
    """Functions that score or make answers by the file of the module that has them, `rewards.py`, without packages that
    Axolotl brings.
    """
    found: dict[str, list[str]] = {}
    for name in (*scoring(plan), *rolling(plan)):
        root = name.partition(".")[0]
        if root not in BROUGHT:
            found.setdefault(f"{root}.py", []).append(name)
    return found


def unread(head: Head) -> dict[str, str]:
    """The functions of TRL's that can't score answers to the rows of a file, and why."""
    if head.state != "table":
        return {}
    plain = any(isinstance(value, str) for value in head.values("prompt"))
    found = {}
    for name, columns in columns_of_rewards().items():
        lacking = [column for column in columns if column not in head.columns]
        if plain:
            found[name] = "reads messages, and `prompt` holds plain text"
        elif lacking:
            found[name] = f"reads the column `{lacking[0]}`, which the rows have not"
    return found


def without(plan: Plan, names: Collection[str]) -> dict[str, object]:
    """The change that leaves these functions out, with their weights; one of the person's own where none stays."""
    block = batch.trl(plan)
    functions, weights = block.get("reward_funcs"), block.get("reward_weights")
    if not isinstance(functions, list) or not any(name in names for name in functions):
        return {}
    stays = [place for place, name in enumerate(functions) if name not in names]
    changed = {**block, "reward_funcs": [functions[place] for place in stays] or usual()}
    changed.pop("reward_weights", None)
    if isinstance(weights, list) and stays and len(weights) == len(functions):
        changed["reward_weights"] = [weights[place] for place in stays]
    return {"trl": changed}


def usual() -> list[str]:
    """What rewards are begun with: a function that the person writes."""
    starts = kinds()["grpo"].starts["trl"]
    assert isinstance(starts, Mapping)
    return [*starts["reward_funcs"]]


def _is_function(name: str) -> bool:
    """Whether it is a module and its function, both names of Python."""
    words = name.split(".")
    return len(words) > 1 and all(map(str.isidentifier, words))
