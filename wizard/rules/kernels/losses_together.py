"""MW547."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.early import which
from wizard.axolotl.plugins import CUT_LOSS, LIGER, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import LOSSES, joined, removed
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW547",
    "losses-together",
    "error",
    fix="unsafe",
    keys=LOSSES,
    quotes="Only one cross entropy optimization can be enabled at a time",
)
def losses_together(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Two memory-saving losses at once.

    What it checks
        More than one of `cut_cross_entropy`, `chunked_cross_entropy`, `liger_cross_entropy` and
        `liger_fused_linear_cross_entropy` is on, whether or not their plugins are listed. (The chunked loss beside
        the plugin of Cut Cross Entropy is another rule.)

    Why it matters
        Each replaces the same code. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_fused_linear_cross_entropy: true
            chunked_cross_entropy: true

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_fused_linear_cross_entropy: true

    Fix
        One stays, the one that saves most among those whose plugin is listed. Not safe: which one stays is a
        choice, and Cut Cross Entropy rounds the smallest gradients away.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1117 (executed)
    """
    plan = subject.plan
    on = which(plan, LOSSES)
    if len(on) < 2 or ("chunked_cross_entropy" in on and listed(plan, CUT_LOSS)):
        return  # the plugin's own check comes first there
    works = {
        "cut_cross_entropy": listed(plan, CUT_LOSS),
        "liger_fused_linear_cross_entropy": listed(plan, LIGER),
        "chunked_cross_entropy": True,
        "liger_cross_entropy": listed(plan, LIGER),
    }
    kept = next((key for key, can in works.items() if can and key in on), on[0])
    message = f"{joined(on)}: Axolotl takes one of these losses and refuses the config with more"
    fix = Fix(removed(key for key in on if key != kept), "unsafe", f"only {kept}")
    yield self.finding(message, *on, plan=plan, fix=fix)
