"""Functions of the person's own that a training by rewards imports, as module.function.

Source: axolotl 0.21.0 core/trainers/grpo/__init__.py `get_reward_func` (what is found in no module is a model of the
hub), prompt_strategies/base.py `load` (a dataset's `type`).
"""

from __future__ import annotations

from wizard.axolotl import batch, datasets, preference
from wizard.domain.plan import Plan
from wizard.domain.values import texts

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


def _is_function(name: str) -> bool:
    """Whether it is a module and its function, both names of Python."""
    words = name.split(".")
    return len(words) > 1 and all(map(str.isidentifier, words))
