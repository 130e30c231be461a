"""MW617."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.mesh import context_parallel_size
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.settings import attention as attention_facts
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import attention_base, glm_kernels


@rule(
    "MW617",
    "context-parallel-without-flash-attention-2",
    "error",
    fix="unsafe",
    keys=("context_parallel_size", "sequence_parallel_degree"),
    quotes="Ring attention only supports the flash attention 2 backend",
    axolotl_until="0.19",
)
def context_parallel_without_flash_attention_2(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Context parallelism with an attention other than flash_attention_2.

    What it checks
        `context_parallel_size` (or `sequence_parallel_degree`, its old name) is above 1 and `attn_implementation`
        is not flash_attention_2.

    Why it matters
        A sequence that is split over GPUs is attended to in a ring, and the ring exists for FlashAttention-2
        alone. Axolotl refuses everything else, flash_attention_3 and an attention that is not set included.

    Example
        Bad:
            context_parallel_size: 2
            attn_implementation: sdpa

        Bad:
            context_parallel_size: 2
            attn_implementation: sdpa
            use_glm_dsa_kernels: true

        Good:
            context_parallel_size: 1
            attn_implementation: sdpa

    Fix
        `attn_implementation: flash_attention_2`. Not safe: another kernel, which needs a GPU from Ampere on and the
        packages flash-attn and ring-flash-attn.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1804 (executed)
    """
    plan = subject.plan
    if context_parallel_size(plan) < 2 or glm_kernels(plan):
        return
    named = attention_base(plan)
    if named == "flash_attention_2":
        return
    message = (
        f"context_parallel_size {context_parallel_size(plan)} needs attn_implementation: flash_attention_2, "
        f"not {named or 'an attention that is not set'}: Axolotl refuses the file"
    )
    legacy = [key for key in attention_facts().legacy if key in plan]
    changes: dict[str, object] = {**dict.fromkeys(legacy, REMOVE), "attn_implementation": "flash_attention_2"}
    fix = Fix(changes, "unsafe", "flash_attention_2")
    yield self.finding(message, "context_parallel_size", "attn_implementation", plan=plan, fix=fix)
