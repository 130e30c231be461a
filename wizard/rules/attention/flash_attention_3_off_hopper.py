"""MW469."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_NAMES = ("flash_attention_3", "kernels-community/flash-attn3")


@rule("MW469", "flash-attention-3-off-hopper", "warning", fix="unsafe", keys=("attn_implementation",))
def flash_attention_3_off_hopper(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FlashAttention-3 on another GPU than Hopper.

    What it checks
        With a known machine: `attn_implementation: flash_attention_3` or its hub kernel where a GPU's compute
        capability is not 9.x.

    Why it matters
        FlashAttention-3 is written for Hopper, and Axolotl documents it for Hopper only: elsewhere it likely
        has no kernel, and below 8.0 transformers refuses it. Axolotl's check lets it through.

    Example
        Bad on rtx-4090:
            attn_implementation: flash_attention_3

        Good on h100-80gb:
            attn_implementation: flash_attention_3

    Fix
        `attn_implementation: flash_attention_2`, or `sdpa` before Ampere. Unsafe: another library.

    Source
        axolotl 0.19.0 docs/attention.qmd; transformers 5.16.1 modeling_flash_attention_utils.py:100 (read)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or attention.base(attention.implementation(plan)) not in _NAMES:
        return
    if all(gpu.flash_attention_3 is not False for gpu in machine.gpus):
        return
    message = f"FlashAttention-3 is for Hopper, and {machine.title} is not: likely there is no kernel for it"
    instead = "sdpa" if machine.flash_attention_2 is False else "flash_attention_2"
    fix = Fix({"attn_implementation": instead}, "unsafe", f"attn_implementation: {instead}")
    yield self.finding(message, "attn_implementation", plan=plan, fix=fix)
