"""MW475."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW475",
    "varlen-without-diffusion",
    "error",
    fix="unsafe",
    keys=("attn_implementation",),
    crashes=("attn_implementation: varlen is supported only for native full-sequence diffusion models",),
    axolotl_since="0.21",
)
def varlen_without_diffusion(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`attn_implementation: varlen` with a model that is no diffusion model.

    What it checks
        `attn_implementation: varlen`, and a base model whose architecture is known: none of those is a diffusion model
        of full sequences, which alone take it.

    Why it matters
        Axolotl stops once it has read the model's config. For packed rows of other models `flash_attention_2` and its
        kin, or `sdpa`, do the same.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            attn_implementation: varlen

        Good:
            attn_implementation: flash_attention_2

    Fix
        `attn_implementation: sdpa`, which runs everywhere; with `batch_flattening`, which needs the rows' lengths,
        `flash_attention_2`, or no flattening where the GPU can't run that. Not safe: memory may differ.

    Source
        axolotl 0.21.0 utils/config/__init__.py:276-304 (executed)
    """
    plan, model = subject.plan, subject.model
    if attention.attn_implementation(plan) == "varlen" and model is not None:
        sdpa: dict[str, object] = {"attn_implementation": "sdpa"}
        flash = Fix({"attn_implementation": "flash_attention_2"}, "unsafe", "attn_implementation: flash_attention_2")
        plain = Fix({**sdpa, "batch_flattening": REMOVE}, "unsafe", "attn_implementation: sdpa, no batch_flattening")
        fix = subject.first_that_runs(Fix(sdpa, "unsafe", "attn_implementation: sdpa"), flash, plain)
        message = (
            f"attn_implementation varlen, and {model.id} is no diffusion model: Axolotl stops before the data is read"
        )
        yield self.finding(message, "attn_implementation", plan=plan, fix=fix)
