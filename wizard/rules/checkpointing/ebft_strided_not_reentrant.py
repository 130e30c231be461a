"""MW512."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.checkpointing import (
    flex,
    gradient_checkpointing,
    selective_checkpointing,
    strided_ebft,
    use_reentrant,
)
from wizard.axolotl.unfrozen import unfrozen_parameters
from wizard.domain.finding import Finding, Fix
from wizard.rules.checkpointing._common import with_reentrant
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW512",
    "ebft-strided-not-reentrant",
    "warning",
    fix="safe",
    keys=("ebft",),
    quotes="EBFT strided mode with flex_attention: setting `use_reentrant: true`",
)
def ebft_strided_not_reentrant(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Checkpointing that is not reentrant in EBFT's strided mode with FlexAttention.

    What it checks
        `rl: ebft`, `ebft.mode: strided`, FlexAttention and `gradient_checkpointing`, without
        `gradient_checkpointing_kwargs.use_reentrant: true`.

    Why it matters
        Axolotl warns and sets it to true, whatever is written: the other form stops with a CheckpointError there.

    Example
        Bad:
            rl: ebft
            ebft: {mode: strided}
            attn_implementation: flex_attention
            gradient_checkpointing: true

        Good:
            rl: ebft
            ebft: {mode: strided}
            attn_implementation: flex_attention
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

    Fix
        `use_reentrant: true`. Safe: Axolotl sets it itself.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1977 (executed)
    """
    plan = subject.plan
    if not strided_ebft(plan) or not gradient_checkpointing(plan) or use_reentrant(plan) or not flex(plan):
        return
    message = "gradient_checkpointing with flex_attention in EBFT's strided mode: Axolotl sets use_reentrant: true"
    fix = None
    refused = (
        selective_checkpointing(plan) is not None or unfrozen_parameters(plan) or adapters.adapter(plan) == "qlora"
    )
    if not refused:  # Axolotl refuses some of these with it written, and takes it unwritten
        fix = Fix(with_reentrant(plan, True), "safe", "use_reentrant: true")
    yield self.finding(message, "gradient_checkpointing_kwargs", "gradient_checkpointing", plan=plan, fix=fix)
