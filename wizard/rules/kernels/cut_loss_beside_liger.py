"""MW550."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.early import which
from wizard.axolotl.plugins import CUT_LOSS, LIGER, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule

_LIGER_LOSSES = ("liger_fused_linear_cross_entropy", "liger_cross_entropy")


@rule("MW550", "cut-loss-beside-liger", "warning", fix="unsafe", keys=_LIGER_LOSSES)
def cut_loss_beside_liger(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A loss of Liger's beside the plugin of Cut Cross Entropy, which is on by itself.

    What it checks
        Both plugins are listed, a loss of Liger's is on, and `cut_cross_entropy` is left out, which means true.

    Why it matters
        Axolotl's check for two losses sees only written keys, so both patches are applied to the same code;
        the one applied last wins. It is not said which loss trains.

    Example
        Bad:
            plugins:
              - axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin
              - axolotl.integrations.liger.LigerPlugin
            liger_fused_linear_cross_entropy: true

        Good:
            plugins:
              - axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin
              - axolotl.integrations.liger.LigerPlugin
            liger_rms_norm: true

    Fix
        Liger's loss goes and Cut Cross Entropy stays. Not safe: it may have been the other that trained.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1117 and integrations/cut_cross_entropy/args.py:33 (executed)
    """
    plan = subject.plan
    on = which(plan, _LIGER_LOSSES)
    if not on or plan.get("cut_cross_entropy") is not None or not (listed(plan, CUT_LOSS) and listed(plan, LIGER)):
        return
    if "cut_cross_entropy" in plan:
        return  # null, which does switch it off
    message = f"{joined(on)} beside the CutCrossEntropyPlugin, which is on by default: both patch the same loss"
    fix = Fix(removed(on), "unsafe", f"no {joined(on)}")
    yield self.finding(message, *on, "plugins", plan=plan, fix=fix)
