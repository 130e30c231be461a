"""MW612."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.fsdp import early_version, fsdp_config, with_value
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW612",
    "unpinned-offload-impossible",
    "error",
    fix="safe",
    keys=("fsdp_config",),
    quotes=(
        "FSDP1 does not support disabling cpu_offload_pin_memory",
        "disabling cpu_offload_pin_memory requires enabling offload_params",
    ),
)
def unpinned_offload_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`cpu_offload_pin_memory: false` without FSDP2 or without `offload_params`.

    What it checks
        `fsdp_config.cpu_offload_pin_memory` is false while `fsdp_version` is not 2, or while
        `fsdp_config.offload_params` is not on.

    Why it matters
        Unpinned host memory exists only where FSDP2 keeps the parameters on the host. Axolotl refuses the file.

    Example
        Bad:
            fsdp_version: 2
            fsdp_config:
              cpu_offload_pin_memory: false

        Bad for 0.19:
            fsdp_version: 1
            fsdp_config:
              offload_params: true
              cpu_offload_pin_memory: false

        Good:
            fsdp_version: 2
            fsdp_config:
              offload_params: true
              cpu_offload_pin_memory: false

    Fix
        `cpu_offload_pin_memory: true`, its default. Safe: it bears on host memory alone. Who wants unpinned
        memory sets `fsdp_version: 2` and `offload_params: true` instead.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1161 (executed)
    """
    plan = subject.plan
    block = fsdp_config(plan)
    if block.get("cpu_offload_pin_memory") is not False:
        return
    old = str(early_version(plan)) != "2"
    if not old and block.get("offload_params"):
        return
    needs = "fsdp_version: 2" if old else "offload_params: true"
    message = f"fsdp_config.cpu_offload_pin_memory: false needs {needs}: Axolotl refuses the file"
    changes: dict[str, object] = {"fsdp_config": with_value(plan, "cpu_offload_pin_memory", True)}
    fix = Fix(changes, "safe", "cpu_offload_pin_memory: true")
    yield self.finding(message, "fsdp_config", "fsdp_version", plan=plan, fix=fix)
