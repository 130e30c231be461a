"""MW413."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.axolotl.attention import normalized
from wizard.domain.finding import Finding, Fix
from wizard.rules.packing._common import isolates
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW413",
    "attention-mixes-packed-samples",
    "warning",
    fix="unsafe",
    keys=("sample_packing",),
    quotes="`sample_packing` with `attn_implementation=",
)
def attention_mixes_packed_samples(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows are packed and the chosen attention does not keep samples apart.

    What it checks
        `sample_packing` with an `attn_implementation` that Axolotl does not know to separate packed samples:
        `fp8`, and every kernel from the hub but kernels-community/flash-attn2, flash-attn3 and sage-attention.

    Why it matters
        Axolotl only knows how to tell those apart. With another kernel each sample may attend to those before
        it in the row, and rows stay in real batches instead of one long row. kernels-community/vllm-flash-attn3,
        which the gpt-oss examples use, is one of them.

    Example
        Bad:
            attn_implementation: kernels-community/vllm-flash-attn3
            sample_packing: true

        Good:
            attn_implementation: kernels-community/flash-attn3
            sample_packing: true

    Fix
        `sample_packing: false`, or an attention that separates: flash_attention_2, flash_attention_3,
        flex_attention, sdpa, eager. Unsafe: fewer samples fit a step.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:193, utils/schemas/enums.py:142 (executed)
    """
    plan = subject.plan
    if not packing.sample_packing(plan) or preference.rl(plan):
        return
    name = normalized(plan)
    if name is None or isolates(name):
        return
    message = f"attn_implementation {name:.60} does not keep packed samples apart, and Axolotl warns of it"
    fix = Fix({"sample_packing": False}, "unsafe", "sample_packing: false")
    yield self.finding(message, "sample_packing", "attn_implementation", plan=plan, fix=fix)
