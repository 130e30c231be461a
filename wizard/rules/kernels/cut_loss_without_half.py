"""MW549."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.axolotl.plugins import CUT_LOSS, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW549",
    "cut-loss-without-half",
    "error",
    fix="unsafe",
    keys=("cut_cross_entropy",),
    quotes="Cut Cross Entropy requires fp16/bf16 training",
)
def cut_loss_without_half(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`cut_cross_entropy: true` where neither bf16 nor fp16 is written.

    What it checks
        The plugin of Cut Cross Entropy is listed, `cut_cross_entropy` is on, and neither `bf16` nor `fp16` has a
        value that counts as true. `bf16` left out counts as off here, though its default is `auto`.

    Why it matters
        The validator reads the file before the defaults are filled in. Axolotl refuses the config.

    Example
        Bad:
            bf16: null
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

        Good:
            bf16: auto
            plugins: [axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin]
            cut_cross_entropy: true

    Fix
        `bf16: auto`. Safe where bf16 is left out, since that is its default; unsafe where it was switched off.

    Source
        axolotl 0.19.0 integrations/cut_cross_entropy/args.py:35 (executed)
    """
    plan = subject.plan
    if (
        not early.is_set(plan, "cut_cross_entropy")
        or early.is_set(plan, "bf16")
        or early.is_set(plan, "fp16")
        or not listed(plan, CUT_LOSS)
    ):
        return
    unsaid = plan.get("bf16") is None
    why = "bf16 is not written, and its default does not count" if unsaid else "bf16 and fp16 are off"
    message = f"cut_cross_entropy needs bf16 or fp16; {why}: Axolotl refuses the config"
    fix = Fix({"bf16": "auto"}, "safe" if unsaid else "unsafe", "bf16: auto")
    yield self.finding(message, "cut_cross_entropy", "bf16", plan=plan, fix=fix)
