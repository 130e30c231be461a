"""MW901."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.assumed import largest_assumption
from wizard.domain.finding import Finding, Fix, Later
from wizard.domain.units import gib
from wizard.rules.registry import Rule, Subject, rule


@rule("MW901", "over", "error", fix="unsafe")
def over(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The plan needs more memory than is free.

    What it checks
        The likely need of the worst phase, CUDA context and fragments included, against what is free on the
        fullest GPU now.

    Why it matters
        The run stops with "CUDA out of memory", at the first steps or hours later.

    Example
        Bad on rtx-3060-12gb:
            base_model: meta-llama/Llama-3.1-8B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 1024
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true

        Good on rtx-3060-12gb:
            base_model: meta-llama/Llama-3.2-1B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 1024
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true

    Fix
        The first change that makes it fit, or the one that saves most where none does alone. On several GPUs another
        division of the work comes before a change of what is trained. Marked safe only where what is trained stays
        the same and nothing else has to be known or installed.

    Source
        the estimate (docs/estimate.md) and NVML's free memory
    """
    estimate, machine = subject.estimate, subject.machine
    free = machine.free_bytes if machine else None
    if estimate is None or estimate.fit(free) != "over":
        return
    message = f"needs {gib(estimate.device.likely)} at its worst ({estimate.worst_phase}), {gib(free)} are free"
    assumed = largest_assumption(subject.effective, estimate)
    message += f"; {assumed}" if assumed else ""

    def look() -> Fix | None:
        ladder = subject.ladder()
        enough = next((change for change in ladder if change.estimate.fit(free) == "fits"), None)
        best = enough or max(ladder, key=lambda change: (change.divides, change.saves_bytes), default=None)
        return Fix(best.changes, best.safety, best.says, best.saves_bytes) if best else None

    yield self.finding(message, "micro_batch_size", "sequence_len", plan=subject.plan, fix=Later(look))
