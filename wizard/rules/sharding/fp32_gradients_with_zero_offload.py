"""MW662."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, deepspeed
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW662",
    "fp32-gradients-with-zero-offload",
    "error",
    keys=("lora_fp32_gradients",),
    crashes=("lora_fp32_gradients does not support DeepSpeed ZeRO-1/2 optimizer offload",),
    axolotl_since="0.20",
)
def fp32_gradients_with_zero_offload(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_fp32_gradients` with ZeRO-1 or 2 and the optimizer in host memory.

    What it checks
        `lora_fp32_gradients: true` with LoRA or QLoRA and a DeepSpeed block, or a file that Axolotl ships, of stage 1
        or 2 that offloads the optimizer.

    Why it matters
        That path of DeepSpeed keeps gradients in 16 bits. Axolotl stops when training is set up.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            lora_fp32_gradients: true
            deepspeed:
              zero_optimization:
                stage: 2
                offload_optimizer:
                  device: cpu

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            lora_fp32_gradients: true
            deepspeed: deepspeed_configs/zero1.json

    Fix
        Leave the optimizer on the GPU, or ZeRO-3. There is none to apply.

    Source
        axolotl 0.20.0 and 0.21.0 utils/lora_precision.py:36-44, utils/trainer.py:589 (read)
    """
    plan = subject.plan
    zero = deepspeed.zero(plan)
    if zero is None or zero.stage not in (1, 2) or not zero.offload_optimizer or not adapters.built_in(plan):
        return
    if flag(plan.get("lora_fp32_gradients")):
        message = f"lora_fp32_gradients with ZeRO-{zero.stage} that offloads the optimizer: Axolotl stops at the start"
        yield self.finding(message, "lora_fp32_gradients", "deepspeed", plan=plan)
