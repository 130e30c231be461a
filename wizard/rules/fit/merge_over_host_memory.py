"""MW947."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.units import gib
from wizard.rules.registry import Rule, Subject, rule


@rule("MW947", "merge-over-host-memory", "hint", fix="safe")
def merge_over_host_memory(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Merging the adapter afterwards needs more host memory than the machine has.

    What it checks
        What `axolotl merge-lora` reads at once, against the host memory of a node. Not asked where that is unknown.

    Why it matters
        The training is done and its result can't be put together on the machine that made it.

    Example
        Bad on rtx-4090+12GiB:
            base_model: meta-llama/Llama-3.1-8B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 2048
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            attn_implementation: flash_attention_2
            merge_method: legacy

        Good on rtx-4090+12GiB:
            base_model: meta-llama/Llama-3.1-8B
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sequence_len: 2048
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            attn_implementation: flash_attention_2
            merge_method: memory_efficient

    Fix
        `merge_method: memory_efficient`, which merges a file of the checkpoint at a time. Safe: training stays
        the same.

    Source
        axolotl 0.19.0 cli/merge_lora.py (read)
    """
    estimate, machine = subject.estimate, subject.machine
    room = machine.host_total_bytes if machine and machine.gpus else None
    size = estimate.host.get("merge", 0) if estimate is not None else 0
    if room is None or size <= room:
        return
    message = f"`axolotl merge-lora` needs {gib(size)} of host memory, the machine has {gib(room)}"
    fix = (
        Fix({"merge_method": "memory_efficient"}, "safe", "a file at a time")
        if subject.effective.merges_whole
        else None
    )
    yield self.finding(message, "merge_method", "adapter", plan=subject.plan, fix=fix)
