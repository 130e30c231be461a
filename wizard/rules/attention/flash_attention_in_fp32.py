"""MW472."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.attention import KEYS, deciding_key, normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_NAMES = frozenset(
    {
        "flash_attention_2",
        "flash_attention_3",
        "flash_attention_4",
        "kernels-community/flash-attn2",
        "kernels-community/flash-attn3",
        "kernels-community/flash-attn4",
    }
)


@rule("MW472", "flash-attention-in-fp32", "warning", fix="unsafe", keys=KEYS)
def flash_attention_in_fp32(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A FlashAttention library in a plan that trains in fp32.

    What it checks
        `attn_implementation` is FlashAttention-2, -3 or -4, or a hub kernel of one, and nothing gives 16 bits:
        bf16 is off (`bf16: auto` not among them), and fp16, fp8 and 8-bit loading are too.

    Why it matters
        The library takes fp16 and bf16 only. Axolotl's check lets it through, and the first forward pass
        likely fails: "FlashAttention only support fp16 and bf16 data type".

    Example
        Bad:
            attn_implementation: flash_attention_2
            bf16: false

        Good:
            attn_implementation: sdpa
            bf16: false

        Good:
            attn_implementation: flash_attention_2
            bf16: auto

    Fix
        `attn_implementation: sdpa`, which takes fp32. Unsafe: another kernel; `bf16: auto` is the other way out.

    Source
        transformers 5.16.1 modeling_utils.py:1706; flash-attention 2 flash_api.cpp (read)
    """
    plan, settings = subject.plan, subject.effective
    if settings.precision != "fp32" or settings.fp8 or attention.base(normalized(plan)) not in _NAMES:
        return
    message = f"{normalized(plan)} takes fp16 and bf16 only, and the plan trains in fp32: the first step likely fails"
    changes: dict[str, object] = {key: REMOVE for key in KEYS if key in plan}
    changes["attn_implementation"] = "sdpa"
    fix = Fix(changes, "unsafe", "attn_implementation: sdpa")
    yield self.finding(message, deciding_key(plan), "bf16", plan=plan, fix=fix)
