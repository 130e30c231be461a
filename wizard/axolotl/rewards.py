"""Functions of the person's own that a training by rewards imports, as module.function.

Source: axolotl 0.21.0 core/trainers/grpo/__init__.py `get_reward_func` (what is found in no module is a model of the
hub), prompt_strategies/base.py `load` (a dataset's `type`).
"""

from __future__ import annotations

from wizard.axolotl import batch, datasets, preference
from wizard.domain.plan import Plan
from wizard.domain.values import texts


def scoring(plan: Plan) -> tuple[str, ...]:
    """Those that score answers."""
    named = texts(batch.trl(plan).get("reward_funcs")) if preference.rl(plan) in preference.LEARNS else ()
    return tuple(filter(_is_function, named))


def prompting(plan: Plan) -> tuple[str, ...]:
    """Those that make prompts of rows."""
    if preference.rl(plan) not in preference.LEARNS:
        return ()
    return tuple(one.type for one in datasets.entries(plan, "datasets") if one.type and _is_function(one.type))


def _is_function(name: object) -> bool:
    """Whether it is a module and its function, both names of Python."""
    words = name.split(".") if isinstance(name, str) else []
    return len(words) > 1 and all(map(str.isidentifier, words))
