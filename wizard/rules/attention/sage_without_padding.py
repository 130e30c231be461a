"""MW464."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, packing
from wizard.axolotl.attention import KEYS, deciding_key, normalized
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW464",
    "sage-without-padding",
    "warning",
    fix="unsafe",
    keys=KEYS,
    quotes="We recommend turning on `pad_to_sequence_len` for SageAttention without packing",
)
def sage_without_padding(self: Rule, subject: Subject) -> Iterator[Finding]:
    """SageAttention without packing and without padding to the full length.

    What it checks
        `attn_implementation: sage` with neither `sample_packing` nor `pad_to_sequence_len`.

    Why it matters
        The loss has been seen to explode after a few steps, as Axolotl warns.

    Example
        Bad:
            attn_implementation: sage
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            attn_implementation: sage
            pad_to_sequence_len: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `pad_to_sequence_len: true`. Unsafe: every row then costs the full length.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1725 (executed)
    """
    plan = subject.plan
    if normalized(plan) != "sage" or packing.sample_packing(plan) or bool(packing.pad_to_sequence_len(plan)):
        return
    if plan.get("pad_to_sequence_len") is None and (
        early.is_set(plan, "sample_packing") or early.is_set(plan, "reward_model")
    ):
        return  # Axolotl itself turns it on then
    message = "SageAttention with neither packing nor pad_to_sequence_len: the loss has been seen to explode"
    fix = Fix({"pad_to_sequence_len": True}, "unsafe", "pad_to_sequence_len: true")
    yield self.finding(message, deciding_key(plan), "pad_to_sequence_len", plan=plan, fix=fix)
