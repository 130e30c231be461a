"""MW655."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp, staging
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW655",
    "tensor-parallel-loads-itself",
    "warning",
    fix="safe",
    keys=("tensor_parallel_size",),
    quotes="fsdp_config.cpu_ram_efficient_loading is disabled with tensor_parallel_size",
    axolotl_since="0.20",
)
def tensor_parallel_loads_itself(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Tensor parallelism with `cpu_ram_efficient_loading`.

    What it checks
        `tensor_parallel_size` above 1 and `fsdp_config.cpu_ram_efficient_loading` is on, but for 4-bit weights that
        are loaded by way of the CPU because the file says so.

    Why it matters
        Axolotl warns and switches it off: each process loads its own part, and the others would wait for one that
        hands out nothing.

    Example
        Bad:
            tensor_parallel_size: 2
            fsdp_version: 2
            fsdp_config: {cpu_ram_efficient_loading: true}

        Good:
            tensor_parallel_size: 2
            fsdp_version: 2
            fsdp_config: {reshard_after_forward: true}

    Fix
        `cpu_ram_efficient_loading: false`. Safe: Axolotl sets the same.

    Source
        axolotl 0.20.0 utils/schemas/validation.py, check_tensor_parallel_cpu_ram_efficient_loading (executed)
    """
    plan = subject.plan
    if staging.tensors_load_themselves(plan):
        message = "cpu_ram_efficient_loading with tensor parallelism: Axolotl warns, and switches it off"
        block = fsdp.with_value(plan, "cpu_ram_efficient_loading", False)
        fix = Fix({"fsdp_config": block}, "safe", "cpu_ram_efficient_loading: false")
        yield self.finding(message, "fsdp_config", "tensor_parallel_size", plan=plan, fix=fix)
