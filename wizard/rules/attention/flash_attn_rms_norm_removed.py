"""MW461."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW461",
    "flash-attn-rms-norm-removed",
    "error",
    fix="safe",
    keys=("flash_attn_rms_norm",),
    quotes="`flash_attn_rms_norm` is no longer supported",
)
def flash_attn_rms_norm_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`flash_attn_rms_norm`, which Axolotl no longer has.

    What it checks
        `flash_attn_rms_norm` is on.

    Why it matters
        Axolotl refuses the file. Liger's plugin has a fused norm: `liger_rms_norm`.

    Example
        Bad:
            flash_attn_rms_norm: true

        Good:
            attn_implementation: flash_attention_2

    Fix
        Take it out. Safe: the norm is the same, from another kernel.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:140 (executed)
    """
    if not flag(subject.plan.get("flash_attn_rms_norm")):
        return
    fix = Fix({"flash_attn_rms_norm": REMOVE}, "safe", "take flash_attn_rms_norm out")
    message = "flash_attn_rms_norm is gone from Axolotl: it refuses the file; Liger's plugin has liger_rms_norm"
    yield self.finding(message, "flash_attn_rms_norm", plan=subject.plan, fix=fix)
