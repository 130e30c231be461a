"""MW503."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early, preference
from wizard.axolotl.checkpointing import use_reentrant
from wizard.domain.finding import Finding
from wizard.rules.checkpointing._common import not_reentrant
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW503",
    "reentrant-qlora-rl-on-several-gpus",
    "error",
    fix="safe",
    keys=("rl",),
    quotes="implementation of gradient checkpointing is not supported for distributed RL training with QLoRA",
)
def reentrant_qlora_rl_on_several_gpus(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Reentrant checkpointing for QLoRA preference or RL training on several GPUs.

    What it checks
        With more than one GPU: `rl`, `adapter: qlora`, `load_in_4bit`, `gradient_checkpointing`, and
        `gradient_checkpointing_kwargs.use_reentrant: true`.

    Why it matters
        Axolotl refuses it: TRL's trainers fail there under DDP.

    Example
        Bad on 2xa100-80gb:
            rl: dpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chatml.ultra, split: train}]
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

        Good on 2xa100-80gb:
            rl: dpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chatml.ultra, split: train}]
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: false}

    Fix
        `use_reentrant: false`. Safe: the gradients are the same.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:736 (executed)
    """
    plan = subject.plan
    wanted = (
        early.is_set(plan, "gradient_checkpointing")
        and early.is_set(plan, "load_in_4bit")
        and adapters.adapter(plan) == "qlora"
    )
    if not preference.rl(plan) or not wanted or not use_reentrant(plan) or subject.gpus < 2:
        return
    message = f"use_reentrant: true for QLoRA with rl on {subject.gpus} GPUs: Axolotl refuses it"
    fix = not_reentrant(plan)
    yield self.finding(message, "gradient_checkpointing_kwargs", "rl", plan=plan, fix=fix)
