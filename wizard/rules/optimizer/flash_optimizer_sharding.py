"""MW526."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.axolotl.fsdp import early_fsdp1
from wizard.domain.finding import Finding
from wizard.rules.optimizer._common import SHARDING
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW526",
    "flash-optimizer-sharding",
    "error",
    keys=SHARDING,
    quotes=("Flash optimizers only support DDP and FSDP2", "Set fsdp_version: 2 to use flash optimizers with FSDP"),
)
def flash_optimizer_sharding(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A flash optimizer with DeepSpeed or the first FSDP.

    What it checks
        `optimizer` starts with flash_, with `deepspeed` or with FSDP of another version than 2.

    Why it matters
        Axolotl refuses it.

    Example
        Bad:
            optimizer: flash_adamw
            deepspeed: deepspeed_configs/zero1.json

        Bad for 0.19:
            optimizer: flash_adamw
            fsdp_config: {reshard_after_forward: true}

        Good:
            optimizer: flash_adamw
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

    Fix
        FSDP2 (`fsdp_version: 2` with an `fsdp_config`), plain DDP, or another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1058 (executed)
    """
    plan = subject.plan
    name = str(plan.get("optimizer"))
    if not name.startswith("flash_"):
        return
    if deepspeed.deepspeed(plan):
        message = f"optimizer: {name} with deepspeed: Axolotl refuses it"
        yield self.finding(message, "optimizer", "deepspeed", plan=plan)
    elif early_fsdp1(plan):
        message = f"optimizer: {name} with FSDP1: Axolotl takes it with fsdp_version: 2 alone"
        yield self.finding(message, "optimizer", "fsdp_version", "fsdp_config", plan=plan)
