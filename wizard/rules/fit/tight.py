"""MW902."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix, Later
from wizard.domain.units import gib
from wizard.rules.registry import Rule, Subject, rule


@rule("MW902", "tight", "warning", fix="unsafe")
def tight(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The plan is likely to fit, but not sure to.

    What it checks
        The likely need is below what is free on the fullest GPU, the high one is not.

    Why it matters
        Fragments, another process or another library version decide whether the run ends; an
        out-of-memory after hours costs those hours.

    Example
        Bad on 14.2GiB:
            base_model: meta-llama/Llama-3.1-8B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 2048
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            attn_implementation: flash_attention_2

        Good on 24GiB:
            base_model: meta-llama/Llama-3.1-8B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 2048
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            attn_implementation: flash_attention_2

    Fix
        The first change that makes it fit for sure. Marked safe only where what is trained stays the same.

    Source
        the estimate's range (docs/estimate.md) and NVML's free memory
    """
    estimate, machine = subject.estimate, subject.machine
    free = machine.free_bytes if machine else None
    if estimate is None or estimate.fit(free) != "tight":
        return
    likely, high = gib(estimate.device.likely), gib(estimate.device.high)
    message = f"likely {likely}, but up to {high} at {estimate.worst_phase}, and {gib(free)} are free"

    def look() -> Fix | None:
        best = next((c for c in subject.ladder() if c.estimate.fit(free) == "fits"), None)
        return Fix(best.changes, best.safety, best.says, best.saves_bytes) if best else None

    yield self.finding(message, "micro_batch_size", "sequence_len", plan=subject.plan, fix=Later(look))
