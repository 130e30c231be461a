"""MW945."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.units import gib
from wizard.rules.registry import Rule, Subject, rule


@rule("MW945", "host-memory-over", "error", fix="none")
def host_memory_over(self: Rule, subject: Subject) -> Iterator[Finding]:
    """What is offloaded needs more host memory than the machine has.

    What it checks
        What training keeps in host memory for certain (optimizer states, weights, activations that are offloaded, and
        the processes themselves), against all that a node has within the limits of its container. Not asked where
        the host memory is unknown, nor of a machine without a GPU, where nobody trains; `4xrtx-4090+128GiB` says it
        of a machine that is only named.

    Why it matters
        The kernel kills a process when the memory is gone: "Signal 9 (SIGKILL)", exit code -9, without a traceback; a
        pinned allocation dies with "CUDA error: out of memory" while the GPUs are half empty.

    Example
        Bad on 4xrtx-4090+64GiB:
            base_model: meta-llama/Llama-3.1-8B
            sequence_len: 2048
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            bf16: true
            attn_implementation: flash_attention_2
            deepspeed: deepspeed_configs/zero3_bf16_cpuoffload_all.json

        Good on 4xrtx-4090+256GiB:
            base_model: meta-llama/Llama-3.1-8B
            sequence_len: 2048
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            gradient_checkpointing: true
            pad_to_sequence_len: true
            bf16: true
            attn_implementation: flash_attention_2
            deepspeed: deepspeed_configs/zero3_bf16_cpuoffload_all.json

    Fix
        None that a config can make alone: offload less (`zero3_bf16.json`), train an adapter, or take a machine with
        more memory.

    Source
        wizard/memory/host.py (docs/estimate.md, Host memory); Linux Documentation/admin-guide/cgroup-v2.rst, memory.max
    """
    estimate, machine = subject.estimate, subject.machine
    room = machine.host_total_bytes if machine and machine.gpus else None
    if estimate is None or room is None or estimate.host_need.low <= room:
        return
    message = f"needs at least {gib(estimate.host_need.low)} of host memory on each machine, which has {gib(room)}"
    yield self.finding(message, "deepspeed", "fsdp_config", "activation_offloading", plan=subject.plan)
