"""MW531."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, mesh
from wizard.axolotl.fsdp import early_fsdp1
from wizard.domain.finding import Finding
from wizard.rules.optimizer._common import SHARDING
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW531",
    "polora-sharding",
    "error",
    keys=(*SHARDING, "tensor_parallel_size"),
    quotes=("polora is not compatible with DeepSpeed or tensor parallelism", "polora requires FSDP2"),
)
def polora_sharding(self: Rule, subject: Subject) -> Iterator[Finding]:
    """PoLoRA with DeepSpeed, tensor parallelism or the first FSDP.

    What it checks
        `optimizer: polora` with `deepspeed`, with `tensor_parallel_size` above 1, or with FSDP of another version
        than 2.

    Why it matters
        Axolotl refuses it: PoLoRA's curvature matrices need whole factors.

    Example
        Bad:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            deepspeed: deepspeed_configs/zero1.json

        Bad:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            tensor_parallel_size: 2

        Bad for 0.19:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            fsdp_config: {reshard_after_forward: true}

        Good:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

    Fix
        One GPU, plain DDP, FSDP2, or another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:955 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") != "polora":
        return
    if deepspeed.deepspeed(plan):
        yield self.finding("optimizer: polora with deepspeed: Axolotl refuses it", "optimizer", "deepspeed", plan=plan)
    elif mesh.tensor_parallel_size(plan) > 1:
        message = (
            f"optimizer: polora with tensor_parallel_size {plan.shown('tensor_parallel_size')}: Axolotl refuses it"
        )
        yield self.finding(message, "optimizer", "tensor_parallel_size", plan=plan)
    elif early_fsdp1(plan):
        message = "optimizer: polora with FSDP1: Axolotl takes it with fsdp_version: 2 alone"
        yield self.finding(message, "optimizer", "fsdp_version", "fsdp_config", plan=plan)
