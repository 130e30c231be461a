"""Which kind of training a plan is of, under one name, in whichever of its keys it says so.

Source: axolotl 0.21.0 utils/schemas/enums.py (RLType), core/trainers/dpo/__init__.py (IPO is a loss of DPO's),
docs/agents/pretraining.md (plain text: `type: completion`, or `pretraining_dataset`).
"""

from __future__ import annotations

from wizard.axolotl import datasets, packing, preference
from wizard.domain.plan import Plan
from wizard.domain.values import texts

TELLING = ("rl", "dpo_loss_type", "reward_model", "process_reward_model")
"""Keys that say it beside the data."""


def kind_of(plan: Plan) -> str:
    """`sft`, `pretraining`, `reward`, `process_reward`, or what `rl` names; `ipo` where that is DPO's loss."""
    if preference.process_reward_model(plan):
        return "process_reward"
    if preference.reward_model(plan):
        return "reward"
    method = preference.rl(plan)
    if method is not None:
        return "ipo" if method == "dpo" and texts(plan.get("dpo_loss_type")) == ("ipo",) else method
    return "pretraining" if _reads_text(plan) else "sft"


def _reads_text(plan: Plan) -> bool:
    listed = datasets.entries(plan, "datasets")
    if not listed:
        return packing.pretraining_dataset(plan)
    return all(one.type == "completion" for one in listed)
