"""MW548."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.axolotl.plugins import CUT_LOSS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW548",
    "cut-loss-and-chunked-loss",
    "error",
    fix="unsafe",
    keys=("chunked_cross_entropy",),
    quotes="Cut Cross Entropy does not support chunked cross entropy",
)
def cut_loss_and_chunked_loss(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The chunked loss beside the plugin of Cut Cross Entropy.

    What it checks
        `chunked_cross_entropy` is on while the plugin of Cut Cross Entropy is listed, even with
        `cut_cross_entropy: false`.

    Why it matters
        The plugin's validator looks at its being listed alone. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            chunked_cross_entropy: true

        Good:
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

    Fix
        `chunked_cross_entropy` goes. Not safe: the loss is then Cut Cross Entropy, or the plain one where that is
        switched off.

    Source
        axolotl 0.19.0 integrations/cut_cross_entropy/args.py:46 (executed)
    """
    plan = subject.plan
    if not early.is_set(plan, "chunked_cross_entropy") or not listed(plan, CUT_LOSS):
        return
    message = "chunked_cross_entropy with the CutCrossEntropyPlugin listed: Axolotl refuses the config"
    fix = Fix({"chunked_cross_entropy": REMOVE}, "unsafe", "no chunked_cross_entropy")
    yield self.finding(message, "chunked_cross_entropy", "plugins", plan=plan, fix=fix)
