"""MW946."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.units import gib
from wizard.rules.registry import Rule, Subject, rule


@rule("MW946", "host-memory-tight", "warning", fix="none")
def host_memory_tight(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The run may need more host memory than is free.

    What it checks
        The high figure of what the processes of a node need while they load and train (the model read by each process,
        offloaded states and activations, pages of a paged optimizer), against what is free there now. Where not even
        the certain part is in the machine, MW945 speaks.

    Why it matters
        Loading is the usual moment: each process reads a model in 16 bits into host memory first, unless only the first
        does (`cpu_ram_efficient_loading`). The kernel kills what does not fit, without a traceback.

    Example
        Bad on 8xa100-80gb+64GiB:
            base_model: meta-llama/Llama-3.1-8B
            sequence_len: 2048
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            bf16: true
            attn_implementation: flash_attention_2
            deepspeed: deepspeed_configs/zero1.json

        Good on 8xa100-80gb+512GiB:
            base_model: meta-llama/Llama-3.1-8B
            sequence_len: 2048
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            bf16: true
            attn_implementation: flash_attention_2
            deepspeed: deepspeed_configs/zero1.json

    Fix
        None that a config can make alone: free memory, or let one process read for all (FSDP2 with
        `cpu_ram_efficient_loading: true`).

    Source
        axolotl 0.19.0 utils/config/__init__.py:149 (ACCELERATE_USE_CPU, read); wizard/memory/host.py; Linux
        Documentation/filesystems/proc.rst, MemAvailable
    """
    estimate, machine = subject.estimate, subject.machine
    if estimate is None or machine is None or not machine.gpus or machine.host_free_bytes is None:
        return
    need, free, whole = estimate.host_need, machine.host_free_bytes, machine.host_total_bytes
    if need.high <= free or (whole is not None and need.low > whole):
        return
    word = "likely" if need.likely > free else "up to"
    size = need.likely if need.likely > free else need.high
    most = max(estimate.host, key=lambda use: (use != "merge", estimate.host[use]), default="")
    uses = {"loading": "the model is read", "offloaded": "states are offloaded", "activations": "activations are"}
    why = f", mostly as {uses[most]}" if most in uses else ""
    message = f"needs {word} {gib(size)} of host memory on each machine{why}, where {gib(free)} are free"
    yield self.finding(message, "base_model", plan=subject.plan)
