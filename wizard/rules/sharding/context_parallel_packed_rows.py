"""MW618."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, packing
from wizard.axolotl.mesh import context_parallel_size
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import glm_kernels


@rule(
    "MW618",
    "context-parallel-packed-rows",
    "error",
    fix="unsafe",
    keys=("context_parallel_size", "sequence_parallel_degree"),
    quotes="micro_batch_size must be set to 1 when sample_packing is enabled",
    axolotl_until="0.19",
)
def context_parallel_packed_rows(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Context parallelism with several packed rows in a batch.

    What it checks
        `context_parallel_size` (or its old name) is above 1, `sample_packing` is on, and `micro_batch_size` is
        above 1.

    Why it matters
        The ring attention for packed rows takes one row at a time. Axolotl refuses the file.

    Example
        Bad:
            context_parallel_size: 2
            sample_packing: true
            pad_to_sequence_len: true
            micro_batch_size: 2
            gradient_accumulation_steps: 1
            attn_implementation: flash_attention_2

        Good:
            context_parallel_size: 1
            sample_packing: true
            pad_to_sequence_len: true
            micro_batch_size: 2
            gradient_accumulation_steps: 1
            attn_implementation: flash_attention_2

    Fix
        `micro_batch_size: 1`, with as many more accumulation steps. Not safe: the loss is averaged over other groups.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1811 (executed)
    """
    plan = subject.plan
    micro = batch.micro_batch_size(plan)
    if context_parallel_size(plan) < 2 or micro < 2 or not packing.sample_packing(plan):
        return
    if glm_kernels(plan):
        return
    message = (
        f"micro_batch_size {micro} with sample_packing and context_parallel_size {context_parallel_size(plan)}: "
        "the ring takes one packed row at a time, and Axolotl refuses the file"
    )
    steps = subject.effective.accumulation * micro
    changes: dict[str, object] = {"micro_batch_size": 1, "gradient_accumulation_steps": steps}
    if "batch_size" in subject.written:
        changes["batch_size"] = REMOVE
    fix = Fix(changes, "unsafe", f"micro_batch_size: 1, gradient_accumulation_steps: {steps}")
    yield self.finding(message, "micro_batch_size", "context_parallel_size", plan=plan, fix=fix)
