"""MW457."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW457", "flash-attention-torch-missing", "warning", fix="unsafe", keys=("attn_implementation",))
def flash_attention_torch_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`attn_implementation: flash_attention_torch`, which the pinned transformers lacks.

    What it checks
        `attn_implementation` is flash_attention_torch.

    Why it matters
        Axolotl 0.19 takes the name only where transformers registers it, and pins transformers 5.16.1, which
        does not: it likely refuses the file, unless another transformers was installed by hand.

    Example
        Bad:
            attn_implementation: flash_attention_torch

        Good:
            attn_implementation: sdpa

    Fix
        `attn_implementation: sdpa`, which with packed rows takes the same kernel of torch where the model
        allows it. Unsafe: another path.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1740, METADATA (transformers==5.16.1); no such name in
        transformers 5.16.1 (read)
    """
    plan = subject.plan
    if attention.attn_implementation(plan) != "flash_attention_torch":
        return
    message = (
        "attn_implementation: flash_attention_torch is not in transformers 5.16.1, which this Axolotl pins:"
        " it likely refuses the file"
    )
    fix = Fix({"attn_implementation": "sdpa"}, "unsafe", "attn_implementation: sdpa")
    yield self.finding(message, "attn_implementation", plan=plan, fix=fix)
