"""The kind of training: `rl`, `reward_model`, `process_reward_model`.

Source: axolotl 0.19.0 utils/schemas/enums.py (RLType), core/builders/rl.py.
"""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.domain.values import flag

_TWO_SEQUENCES = frozenset({"dpo", "ipo", "orpo", "simpo"})


def rl(plan: Plan) -> str | None:
    """The preference method, None for supervised training."""
    named = plan.get("rl")
    return str(named) if named else None


def reward_model(plan: Plan) -> bool:
    """Whether a reward model is trained."""
    return flag(plan.get("reward_model"))


def process_reward_model(plan: Plan) -> bool:
    """Whether a process reward model is trained."""
    return flag(plan.get("process_reward_model"))


def answers(plan: Plan) -> int:
    """Sequences a row: 2 where each is a chosen and a rejected answer."""
    return 2 if reward_model(plan) or rl(plan) in _TWO_SEQUENCES else 1
