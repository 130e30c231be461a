"""MW216."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW216",
    "fp32-norm-classes-unused",
    "warning",
    fix="safe",
    keys=("fp32_norm_classes",),
    quotes="fp32_norm_classes is set but fp32_norms is not enabled",
)
def fp32_norm_classes_unused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp32_norm_classes` without `fp32_norms`.

    What it checks
        `fp32_norm_classes` names classes and `fp32_norms` is not on.

    Why it matters
        The list is ignored, and the norms compute in 16 bits; Axolotl warns.

    Example
        Bad:
            fp32_norm_classes:
              - RMSNorm

        Good:
            fp32_norms: true
            fp32_norm_classes:
              - RMSNorm
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        Take the list out. Safe: it has no effect.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1696 (executed)
    """
    plan = subject.plan
    if not plan.get("fp32_norm_classes") or flag(plan.get("fp32_norms")):
        return
    message = "fp32_norm_classes is ignored without fp32_norms: true"
    fix = Fix({"fp32_norm_classes": REMOVE}, "safe", "take fp32_norm_classes out")
    yield self.finding(message, "fp32_norm_classes", "fp32_norms", plan=plan, fix=fix)
