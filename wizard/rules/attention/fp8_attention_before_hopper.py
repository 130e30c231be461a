"""MW456."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.rules.attention._common import capability
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW456",
    "fp8-attention-before-hopper",
    "error",
    fix="unsafe",
    keys=("attn_implementation",),
    quotes="attn_implementation=fp8 requires compute capability sm_90",
)
def fp8_attention_before_hopper(self: Rule, subject: Subject) -> Iterator[Finding]:
    """fp8 attention on a GPU before Hopper.

    What it checks
        With a known machine: `attn_implementation: fp8` below compute capability 9.0. Ada, which has fp8
        tensor cores, is 8.9 and counts as before.

    Why it matters
        Axolotl refuses the file on that machine.

    Example
        Bad on rtx-4090:
            attn_implementation: fp8

        Good on h100-80gb:
            attn_implementation: fp8

    Fix
        `attn_implementation: flash_attention_2`, or `sdpa` before Ampere. Unsafe: other numbers.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1910 (executed)
    """
    plan = subject.plan
    have = capability(subject)
    if have is None or have >= (9, 0) or attention.attn_implementation(plan) != "fp8":
        return
    message = f"fp8 attention needs compute capability 9.0, and this GPU is {have[0]}.{have[1]}: Axolotl refuses it"
    instead = "flash_attention_2" if have >= (8, 0) else "sdpa"
    fix = Fix({"attn_implementation": instead}, "unsafe", f"attn_implementation: {instead}")
    yield self.finding(message, "attn_implementation", plan=plan, fix=fix)
