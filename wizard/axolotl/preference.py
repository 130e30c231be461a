"""The kind of training: `rl`, `reward_model`, `process_reward_model`.

Source: axolotl 0.19.0 utils/schemas/enums.py (RLType), core/builders/rl.py.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml
from wizard.domain.values import flag, integer

WRAPPED_BY_TRL = frozenset({"dpo", "ipo", "kto"})
"""Methods whose trainers put the adapter on the model themselves (loaders/model.py `_load_adapters`)."""

LEARNS = frozenset({"grpo", "gdpo"})
"""Methods of TRL's GRPOTrainer, which learn from answers of their own, scored by functions."""

ROUNDS_ADAPTERS = WRAPPED_BY_TRL | LEARNS
"""Methods whose trainers turn adapters on a quantized base to bf16 (trl 1.9.0 and 1.14.1)."""

ROUTER_LOSS = frozenset({"dpo", "ipo", "kto", "grpo"})
"""Methods whose trainers ask a mixture of experts for the load balance of its router."""


def rl(plan: Plan) -> str | None:
    """The preference method, None for supervised training."""
    named = plan.get("rl")
    return in_yaml(named) if named else None


def reads_router_loss(plan: Plan) -> bool:
    """Whether the trainer adds the load balance of a mixture to its loss (trl 1.14.1 dpo_trainer.py:903)."""
    return rl(plan) in ROUTER_LOSS


def rl_adapter_ref_model(plan: Plan) -> bool:
    """Whether the reference is a model of its own beside an adapter; else TRL makes the adapter."""
    return flag(plan.get("rl_adapter_ref_model"))


def saves_no_rounded_experts(plan: Plan) -> bool:
    """Whether a run beside quantized experts ends in an error once the adapter is saved: TRL then holds the base."""
    return rl(plan) in WRAPPED_BY_TRL and not rl_adapter_ref_model(plan)


def reward_model(plan: Plan) -> bool:
    """Whether a reward model is trained."""
    return flag(plan.get("reward_model"))


def process_reward_model(plan: Plan) -> bool:
    """Whether a process reward model is trained."""
    return flag(plan.get("process_reward_model"))


class Scores(NamedTuple):
    """What a model gives in the place of a vocabulary's values: so many, of each token or of the last one alone."""

    number: int
    each_token: bool


def scores(plan: Plan) -> Scores | None:
    """The scores of a reward model, None for a model with lm_head.

    Source: axolotl 0.21.0 schemas/validation.py `set_reward_model_defaults`; TRL's reward trainer takes one alone.
    """
    if process_reward_model(plan):
        return Scores(max(1, integer(plan.get("num_labels"), 2)), True)
    return Scores(1, False) if reward_model(plan) else None
