"""MW524."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, early, preference
from wizard.axolotl.checkpointing import gradient_checkpointing
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW524", "dpo-lora-checkpointing-on-several-gpus", "hint", keys=("rl",))
def dpo_lora_checkpointing_on_several_gpus(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Checkpointing for DPO with LoRA under plain DDP.

    What it checks
        `rl: dpo`, `adapter: lora` or `qlora`, `gradient_checkpointing`, more than one GPU, and neither FSDP
        nor DeepSpeed.

    Why it matters
        Axolotl's source advises against it, in a check that is never called, so nothing is said. Two passes
        through the same adapter under DDP can stop with "marked ready twice" when checkpointing is reentrant.

    Example
        Bad on 2xa100-80gb:
            rl: dpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chatml.ultra, split: train}]
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true

        Good on a100-80gb:
            rl: dpo
            datasets: [{path: argilla/ultrafeedback-binarized-preferences-cleaned, type: chatml.ultra, split: train}]
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true

    Fix
        Take checkpointing out where memory allows; else keep `use_reentrant` false.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1908, which has no decorator (read)
    """
    plan = subject.plan
    if preference.rl(plan) != "dpo" or adapters.adapter(plan) not in ("lora", "qlora") or subject.gpus < 2:
        return
    if not gradient_checkpointing(plan) or early.which(plan, ("fsdp", "fsdp_config", "deepspeed")):
        return
    message = (
        f"gradient_checkpointing for DPO with LoRA on {subject.gpus} GPUs under DDP: "
        "Axolotl's source advises against it, in a check that never runs"
    )
    yield self.finding(message, "gradient_checkpointing", "rl", plan=plan)
