"""MW379."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW379",
    "table-offload-many-gpus",
    "warning",
    keys=("ple_cpu_offload",),
    quotes="ple_cpu_offload has only been validated on a single GPU",
)
def table_offload_many_gpus(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`ple_cpu_offload` on several GPUs.

    What it checks
        `ple_cpu_offload` is on and the machine has more than one GPU.

    Why it matters
        Each process keeps a copy of the table in host memory, tens of gigabytes a GPU, and Axolotl warns that nobody
        has tried it.

    Example
        Bad on 2xa100-80gb:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            ple_cpu_offload: true

        Good on a100-80gb:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            ple_cpu_offload: true

    Fix
        Train on one GPU, or have host memory for every copy.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1850 (executed)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or len(machine.gpus) < 2 or not plan.get("ple_cpu_offload"):
        return
    message = f"ple_cpu_offload on {len(machine.gpus)} GPUs: each keeps its own copy of the table in host memory"
    yield self.finding(message, "ple_cpu_offload", plan=plan)
