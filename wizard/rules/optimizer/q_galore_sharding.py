"""MW528."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, fsdp
from wizard.axolotl.fsdp import early_fsdp1, fsdp_config
from wizard.domain.finding import Finding
from wizard.rules.optimizer._common import SHARDING
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW528",
    "q-galore-sharding",
    "error",
    keys=SHARDING,
    quotes=(
        "q_galore_adamw8bit is not yet validated with DeepSpeed",
        "q_galore_adamw8bit requires FSDP2",
        "q_galore_adamw8bit requires fsdp_config.use_orig_params=True",
    ),
)
def q_galore_sharding(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Q-GaLore with a sharding that it cannot follow.

    What it checks
        `optimizer: q_galore_adamw8bit` with `deepspeed`, with FSDP of another version than 2, or with FSDP2
        without `fsdp_config.use_orig_params: true`.

    Why it matters
        Axolotl refuses it: the projection of each matrix belongs to the whole matrix.

    Example
        Bad:
            optimizer: q_galore_adamw8bit
            deepspeed: deepspeed_configs/zero1.json

        Bad for 0.19:
            optimizer: q_galore_adamw8bit
            fsdp_config: {use_orig_params: true}

        Bad for 0.19:
            optimizer: q_galore_adamw8bit
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

        Good:
            optimizer: q_galore_adamw8bit
            fsdp_version: 2
            fsdp_config: {use_orig_params: true}

    Fix
        Plain DDP, or `fsdp_version: 2` with `fsdp_config.use_orig_params: true`.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1027 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") != "q_galore_adamw8bit":
        return
    refuses = "Axolotl refuses it"
    if deepspeed.deepspeed(plan):
        message = f"optimizer: q_galore_adamw8bit with deepspeed: {refuses}"
        yield self.finding(message, "optimizer", "deepspeed", plan=plan)
    elif early_fsdp1(plan):
        message = f"optimizer: q_galore_adamw8bit with FSDP1: {refuses}, it wants fsdp_version: 2"
        yield self.finding(message, "optimizer", "fsdp_version", "fsdp_config", plan=plan)
    elif fsdp.shards(plan) and not fsdp.only_fsdp2(plan) and fsdp_config(plan).get("use_orig_params") is not True:
        message = f"optimizer: q_galore_adamw8bit with FSDP2 without use_orig_params: true in fsdp_config: {refuses}"
        yield self.finding(message, "optimizer", "fsdp_config", plan=plan)
