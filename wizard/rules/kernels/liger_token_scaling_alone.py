"""MW554."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.axolotl.early import which
from wizard.axolotl.plugins import LIGER, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.kernels._common import LOSSES
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW554",
    "liger-token-scaling-alone",
    "error",
    fix="unsafe",
    keys=("liger_use_token_scaling",),
    quotes="`liger_use_token_scaling: true` requires",
)
def liger_token_scaling_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`liger_use_token_scaling` without Liger's fused loss.

    What it checks
        Liger's plugin is listed, `liger_use_token_scaling` is on and `liger_fused_linear_cross_entropy` is not.

    Why it matters
        The scaling is done inside the fused loss. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_use_token_scaling: true

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_use_token_scaling: true
            liger_fused_linear_cross_entropy: true

    Fix
        The fused loss is switched on; where another loss is chosen, the scaling goes. Not safe: either changes
        what is trained.

    Source
        axolotl 0.19.0 integrations/liger/args.py:123 (executed)
    """
    plan = subject.plan
    if not plan.get("liger_use_token_scaling") or early.is_set(plan, "liger_fused_linear_cross_entropy"):
        return
    if not listed(plan, LIGER):
        return
    message = "liger_use_token_scaling needs liger_fused_linear_cross_entropy: Axolotl refuses the config"
    if which(plan, LOSSES):
        fix = Fix({"liger_use_token_scaling": REMOVE}, "unsafe", "no liger_use_token_scaling")
    else:
        changes = {"liger_fused_linear_cross_entropy": True}
        fix = Fix(changes, "unsafe", "liger_fused_linear_cross_entropy: true")
    yield self.finding(message, "liger_use_token_scaling", plan=plan, fix=fix)
