"""MW103."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import images, packing, preference
from wizard.domain.finding import Finding, Fix, Severity
from wizard.rules.registry import Rule, Subject, rule


@rule("MW103", "padding-off", "warning", fix="safe", quotes="`pad_to_sequence_len: true` is recommended")
def padding_off(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`pad_to_sequence_len` is not true.

    What it checks
        Rows are not padded to `sequence_len`: `pad_to_sequence_len` is false, or it is not set and
        nothing else sets it. With sample packing (or a reward model) Axolotl sets it by itself where
        it is not written. For `rl` it has no effect.

    Why it matters
        Each batch then has another length, so every buffer has another size: freed blocks do not fit the next
        request and memory fragments. Buffers of one size are reused. It also makes the longest batch come at
        step one instead of hours later. Not set and not packed, rows are padded to a multiple of 64 only.

    Example
        Bad:
            sequence_len: 2048
            sample_packing: true
            pad_to_sequence_len: false
            attn_implementation: flash_attention_2

        Good:
            sequence_len: 2048
            sample_packing: true
            pad_to_sequence_len: true
            attn_implementation: flash_attention_2

    Fix
        `pad_to_sequence_len: true`. Padding carries no loss, so with packing, whose rows are nearly full, it is safe.
        Without packing it is not: every short row is then computed to its full length, which takes time and memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:231 and :242 (executed); core/builders/causal.py:386 and
        utils/collators/mm_chat.py:53, which pads to the longest row of a batch (read)
    """
    plan = subject.plan
    if plan.get("rl") is not None or images.with_images(plan):
        return
    written = packing.pad_to_sequence_len(plan)
    if written:
        return
    sets_itself = packing.sample_packing(plan) or preference.reward_model(plan)
    if written is None and sets_itself:
        return
    severity: Severity = "hint" if written is None else "warning"
    said = "is not set" if written is None else "is false"
    message = f"pad_to_sequence_len {said}: buffers change size with every batch, which fragments memory"
    fix = Fix({"pad_to_sequence_len": True}, "safe", "pad_to_sequence_len: true")
    if not packing.sample_packing(plan):
        fix = Fix(fix.changes, "unsafe", "pad_to_sequence_len: true, which computes short rows to their full length")
    warns = written is False and sets_itself
    yield self.finding(message, "pad_to_sequence_len", plan=plan, severity=severity, fix=fix, quoted=warns)
