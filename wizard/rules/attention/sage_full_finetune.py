"""MW465."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.attention import KEYS, LEGACY, deciding_key, normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW465",
    "sage-full-finetune",
    "warning",
    fix="unsafe",
    keys=KEYS,
    quotes="SageAttention full finetuning has been observed to drop loss to 0",
)
def sage_full_finetune(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A full fine-tune with SageAttention.

    What it checks
        `attn_implementation: sage` and no `adapter`.

    Why it matters
        Its scores are computed in int8. Axolotl warns that the loss of a full fine-tune has been seen to drop
        to 0, which is a broken run.

    Example
        Bad:
            attn_implementation: sage
            pad_to_sequence_len: true

        Good:
            attn_implementation: sage
            pad_to_sequence_len: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `attn_implementation: flash_attention_2`. Unsafe: another kernel. LoRA is the other way out.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1734 (executed)
    """
    plan = subject.plan
    if normalized(plan) != "sage" or adapters.adapter(plan):
        return
    message = (
        "a full fine-tune with SageAttention: its loss has been seen to drop to 0; LoRA or another attention works"
    )
    others = {key: REMOVE for key in LEGACY if key in plan}
    fix = Fix({"attn_implementation": "flash_attention_2", **others}, "unsafe", "flash_attention_2")
    yield self.finding(message, deciding_key(plan), "adapter", plan=plan, fix=fix)
