"""MW521."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.axolotl.checkpointing import activation_offloading, gradient_checkpointing
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW521", "offloading-still-recomputes", "hint", keys=("activation_offloading", "gradient_checkpointing"))
def offloading_still_recomputes(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Offloading with LoRA does not take the place of checkpointing.

    What it checks
        `adapter: lora` or `qlora` with `gradient_checkpointing` and `activation_offloading` true, legacy or disk.

    Why it matters
        Axolotl's comments say that with an adapter the offloading replaces checkpointing, which would be faster.
        Its loader has turned checkpointing on in the model by then and nothing turns it off: each layer is
        computed twice as before, and only the layers' inputs leave the GPU. The time of checkpointing stays.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true
            activation_offloading: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            gradient_checkpointing: true

    Fix
        None is needed; where checkpointing alone fits the GPU, take `activation_offloading` out.

    Source
        axolotl 0.19.0 loaders/model.py:461 and :370, core/builders/base.py:601 (read)
    """
    plan = subject.plan
    if activation_offloading(plan) in ("none", "hidden_states") or not gradient_checkpointing(plan):
        return
    if adapters.adapter(plan) not in ("lora", "qlora") or preference.rl(plan):
        return
    message = "activation_offloading with an adapter likely offloads the layers' inputs only: checkpointing stays on"
    yield self.finding(message, "activation_offloading", "gradient_checkpointing", plan=plan)
