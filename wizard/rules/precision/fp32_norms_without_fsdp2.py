"""MW215."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW215",
    "fp32-norms-without-fsdp2",
    "error",
    fix="unsafe",
    keys=("fp32_norms",),
    quotes=("fp32_norms requires FSDP to be enabled", "fp32_norms requires fsdp_version: 2"),
)
def fp32_norms_without_fsdp2(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp32_norms` without FSDP2.

    What it checks
        `fp32_norms` is on, and there is no `fsdp_config`, or its version is not 2 (1 where none is written).

    Why it matters
        Axolotl refuses the file: norms get a precision of their own only where FSDP2 shards them.

    Example
        Bad:
            fp32_norms: true

        Bad for 0.19:
            fp32_norms: true
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

        Good:
            fp32_norms: true
            fsdp_version: 2
            fsdp_config:
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        With an `fsdp_config`: `fsdp_version: 2`; without: take `fp32_norms` out. Unsafe: either changes what
        is computed.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1678 (executed)
    """
    plan = subject.plan
    if not flag(plan.get("fp32_norms")):
        return
    if plan.get("fsdp_config") is None:
        message = "fp32_norms needs FSDP2, and there is no fsdp_config: Axolotl refuses it"
        fix = Fix({"fp32_norms": REMOVE}, "unsafe", "take fp32_norms out")
    elif fsdp.fsdp_version(plan) != 2:
        message = f"fp32_norms needs fsdp_version: 2, and it is {fsdp.early_version(plan)}: Axolotl refuses it"
        fix = Fix({"fsdp_version": 2}, "unsafe", "fsdp_version: 2")
    else:
        return
    yield self.finding(message, "fp32_norms", "fsdp_version", "fsdp_config", plan=plan, fix=fix)
