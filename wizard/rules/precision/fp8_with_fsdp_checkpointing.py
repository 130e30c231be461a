"""MW217."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, fsdp
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("activation_checkpointing", "fsdp_activation_checkpointing")


@rule(
    "MW217",
    "fp8-with-fsdp-checkpointing",
    "warning",
    fix="unsafe",
    keys=("fp8",),
    quotes="FP8 + FSDP2 + activation checkpointing may be slower than BF16",
)
def fp8_with_fsdp_checkpointing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """fp8 beside FSDP's activation checkpointing.

    What it checks
        `fp8` is on and `fsdp_config.activation_checkpointing` is true.

    Why it matters
        The recomputed products are cast to fp8 a second time: Axolotl warns that it may be slower than bf16.

    Example
        Bad:
            fp8: true
            torch_compile: true
            fsdp_version: 2
            fsdp_config:
              activation_checkpointing: true

        Good:
            fp8: true
            torch_compile: true
            fsdp_version: 2
            fsdp_config:
              activation_checkpointing: false

    Fix
        `activation_checkpointing: false`. Unsafe: activations then stay in memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:453 (executed)
    """
    plan = subject.plan
    block = fsdp.fsdp_config_as_written(plan)
    written = [key for key in _KEYS if block.get(key) is True]
    if not early.is_set(plan, "fp8") or not written:
        return
    message = "fp8 with FSDP's activation_checkpointing may be slower than bf16: products are cast twice"
    changed = {**block, **dict.fromkeys(written, False)}
    fix = Fix({"fsdp_config": changed}, "unsafe", "fsdp_config.activation_checkpointing: false")
    yield self.finding(message, "fsdp_config", "fp8", plan=plan, fix=fix)
