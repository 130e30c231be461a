"""MW644."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention, mesh
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import glm_kernels

_SIZES = ("context_parallel_size", "sequence_parallel_degree", "context_parallel")


@rule(
    "MW644",
    "context-parallel-with-eager",
    "error",
    fix="unsafe",
    keys=("context_parallel_size", "sequence_parallel_degree", "context_parallel"),
    quotes="context parallelism wraps a kernel-backed attention",
    axolotl_since="0.20",
)
def context_parallel_with_eager(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Context parallelism with eager attention.

    What it checks
        A context parallel size above 1 with `attn_implementation: eager`, and without `use_glm_dsa_kernels`, which
        brings an attention of its own.

    Why it matters
        Axolotl refuses the file: what divides a sequence wraps a kernel (SDPA, flash or flex), and eager attention
        has none.

    Example
        Bad:
            context_parallel_size: 2
            attn_implementation: eager

        Good:
            context_parallel_size: 2
            attn_implementation: sdpa

    Fix
        `attn_implementation: sdpa`. Not safe: other kernels round otherwise.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2251 (executed)
    """
    plan = subject.plan
    if mesh.context_parallel_size(plan) < 2 or attention.implementation(plan) != "eager":
        return
    if glm_kernels(plan):
        return
    message = "context parallelism with eager attention: Axolotl refuses the file"
    fix = Fix({"attn_implementation": "sdpa"}, "unsafe", "attn_implementation: sdpa")
    yield self.finding(message, "attn_implementation", *_SIZES, plan=plan, fix=fix)
