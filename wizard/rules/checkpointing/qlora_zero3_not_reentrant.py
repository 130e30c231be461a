"""MW515."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import kwargs
from wizard.domain.finding import Finding, Fix
from wizard.rules.checkpointing._common import qlora_under_zero3, with_reentrant
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW515",
    "qlora-zero3-not-reentrant",
    "warning",
    fix="unsafe",
    keys=("deepspeed",),
    quotes="qlora + zero3 with use_reentrant: false may result in a CheckpointError",
)
def qlora_zero3_not_reentrant(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Non-reentrant checkpointing for QLoRA under ZeRO-3.

    What it checks
        `adapter: qlora`, a `deepspeed` file with "zero3" in its path, and
        `gradient_checkpointing_kwargs.use_reentrant: false`.

    Why it matters
        Axolotl warns of it: a layer that is computed again finds its weights gathered in another shape, and torch
        stops with a CheckpointError.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            deepspeed: deepspeed_configs/zero3.json
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: false}

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            deepspeed: deepspeed_configs/zero3.json
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

    Fix
        `use_reentrant: true`. Not safe: some models train only with the other form.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:646 (executed)
    """
    plan = subject.plan
    if not qlora_under_zero3(plan) or kwargs(plan).get("use_reentrant") is not False:
        return
    message = "QLoRA under ZeRO-3 with use_reentrant: false: Axolotl warns that it may stop with a CheckpointError"
    fix = Fix(with_reentrant(plan, True), "unsafe", "use_reentrant: true")
    yield self.finding(message, "gradient_checkpointing_kwargs", "deepspeed", plan=plan, fix=fix)
