"""MW629."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp, kernels
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import gpus


@rule("MW629", "fsdp-version-inside-only", "hint", fix="unsafe", keys=("fsdp_config",))
def fsdp_version_inside_only(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fsdp_version: 2` stands inside `fsdp_config` alone, and LoRA kernels stay off.

    What it checks
        `fsdp_config` says version 2, the top level says nothing, and a LoRA is trained for which Axolotl would
        turn its fused kernels on: no `rl`, no kernel key written, no 8-bit base, no `trust_remote_code`. Not asked
        on a machine with one GPU.

    Why it matters
        Axolotl copies the version to the top after it has decided about the kernels, so they are left off as if it
        were FSDP1: more memory and less speed, without a word.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            fsdp_config:
              fsdp_version: 2
              reshard_after_forward: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            fsdp_version: 2
            fsdp_config:
              reshard_after_forward: true

    Fix
        `fsdp_version: 2` at the top. Not safe: the kernels are turned on, which rounds otherwise.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2054 and utils/schemas/validation.py:1216 (read)
    """
    plan = subject.plan
    if fsdp.version_on_top(plan) or str(fsdp.version_inside(plan)) != "2":
        return
    if gpus(subject) == 1 or kernels.any_written(plan) or not kernels.switches_on(plan, 1):
        return
    message = "fsdp_version stands inside fsdp_config alone: Axolotl likely leaves the LoRA kernels off, as for FSDP1"
    nested = {
        key: value for key, value in fsdp.fsdp_config_as_written(plan).items() if key not in ("version", "fsdp_version")
    }
    changes: dict[str, object] = {"fsdp_version": 2, **({"fsdp_config": nested} if nested else {})}
    fix = Fix(changes, "unsafe", "fsdp_version: 2 at the top")
    yield self.finding(message, "fsdp_config", "fsdp_version", plan=plan, fix=fix)
