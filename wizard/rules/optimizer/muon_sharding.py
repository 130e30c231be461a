"""MW525."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.axolotl.fsdp import early_fsdp1
from wizard.domain.finding import Finding
from wizard.domain.version import Version
from wizard.rules.optimizer._common import SHARDING
from wizard.rules.registry import Rule, Subject, rule

_WITH_8BIT = Version(0, 21)


@rule(
    "MW525",
    "muon-sharding",
    "error",
    keys=SHARDING,
    quotes=("Muon optimizer is currently incompatible with DeepSpeed", "Muon optimizer is only compatible with FSDP2"),
)
def muon_sharding(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Muon with DeepSpeed or the first FSDP.

    What it checks
        `optimizer: muon` with `deepspeed`, or with FSDP of another version than 2.

    Why it matters
        Axolotl refuses it: Muon needs whole matrices, which only its FSDP2 form gathers.

    Example
        Bad:
            optimizer: muon
            deepspeed: deepspeed_configs/zero2.json

        Bad for 0.19:
            optimizer: muon
            fsdp_config: {reshard_after_forward: true}

        Bad:
            optimizer: muon_8bit
            deepspeed: deepspeed_configs/zero2.json

        Good:
            optimizer: muon
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

    Fix
        FSDP2 (`fsdp_version: 2` with an `fsdp_config`), plain DDP, or another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:931, 0.21.0 :1219, which counts muon_8bit too (executed)
    """
    plan = subject.plan
    name = plan.get("optimizer")
    if name != "muon" and (name != "muon_8bit" or subject.axolotl < _WITH_8BIT):
        return
    if deepspeed.deepspeed(plan):
        yield self.finding(f"optimizer: {name} with deepspeed: Axolotl refuses it", "optimizer", "deepspeed", plan=plan)
    elif early_fsdp1(plan):
        message = "optimizer: muon with FSDP1: Axolotl takes it with fsdp_version: 2 alone"
        yield self.finding(message, "optimizer", "fsdp_version", "fsdp_config", plan=plan)
