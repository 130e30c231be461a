"""MW510."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.checkpointing import activation_offloading, flex, old_offloading, strided_ebft
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW510",
    "ebft-strided-with-offloading",
    "error",
    fix="unsafe",
    keys=("ebft",),
    quotes="EBFT strided mode: `activation_offloading: true` is incompatible with",
)
def ebft_strided_with_offloading(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`activation_offloading` in EBFT's strided mode with FlexAttention.

    What it checks
        `rl: ebft`, `ebft.mode: strided`, FlexAttention and `activation_offloading: true`. Its old spelling,
        `gradient_checkpointing: offload`, is let through, and so are `legacy` and the other words.

    Why it matters
        Axolotl refuses it: the offloading wraps each layer in a checkpoint that FlexAttention does not survive.

    Example
        Bad:
            rl: ebft
            ebft: {mode: strided}
            attn_implementation: flex_attention
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}
            activation_offloading: true

        Good:
            rl: ebft
            ebft: {mode: strided}
            attn_implementation: flex_attention
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}

        Good:
            rl: ebft
            ebft: {mode: strided}
            attn_implementation: flex_attention
            gradient_checkpointing: true
            gradient_checkpointing_kwargs: {use_reentrant: true}
            activation_offloading: legacy

    Fix
        `activation_offloading` goes. Not safe: more stays on the GPU.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1999 (executed)
    """
    plan = subject.plan
    if not strided_ebft(plan) or activation_offloading(plan) != "true" or not flex(plan) or old_offloading(plan):
        return
    message = "activation_offloading with flex_attention in EBFT's strided mode: Axolotl refuses it"
    fix = Fix({"activation_offloading": REMOVE}, "unsafe", "without activation_offloading")
    yield self.finding(message, "activation_offloading", "rl", plan=plan, fix=fix)
