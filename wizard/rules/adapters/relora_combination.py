"""MW328."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, fsdp, schedule
from wizard.domain.finding import Finding
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW328",
    "relora-combination",
    "error",
    keys=("relora",),
    quotes=(
        "fsdp not supported with ReLoRA",
        "deepspeed not supported with ReLoRA",
        "ReLoRA is not compatible with the one_cycle scheduler",
    ),
)
def relora_combination(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`relora` with something it does not go with.

    What it checks
        `relora` with `fsdp` or `fsdp_config`, `deepspeed` or `lr_scheduler: one_cycle`.

    Why it matters
        Axolotl refuses the file: a restart merges the adapter into weights that sharding has spread over the GPUs,
        and one_cycle ends its only cycle after the first restart.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200
            deepspeed: deepspeed_configs/zero2.json

        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200
            lr_scheduler: one_cycle

        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200
            fsdp_version: 2
            fsdp_config:
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200
            fsdp_config: {}

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            relora: true
            jagged_restart_steps: 200
            lr_scheduler: cosine

    Fix
        Take `relora` out, or the other: several GPUs need plain data parallelism, and `lr_scheduler: cosine` goes
        with restarts.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1750 (executed)
    """
    plan = subject.plan
    if not on(plan.get("relora")):
        return
    wrong = early.which(plan, ("fsdp", "deepspeed"))
    if fsdp.has_block(plan):
        wrong.append("fsdp_config")
    if schedule.lr_scheduler(plan) == "one_cycle":
        wrong.append("lr_scheduler")
    if wrong:
        named = " and ".join("lr_scheduler one_cycle" if key == "lr_scheduler" else key for key in wrong)
        message = f"relora with {named}: Axolotl refuses the file"
        yield self.finding(message, *wrong, "relora", plan=plan)
