"""MW692."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW692",
    "context-parallel-losses",
    "hint",
    keys=("context_parallel", "context_parallel_size", "sequence_parallel_degree"),
    quotes="losses due to transformers Trainer implementation details",
    axolotl_since="0.20",
)
def context_parallel_losses(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Losses that are logged with context parallelism.

    What it checks
        `context_parallel_size` (or its old name) is above 1.

    Why it matters
        The trainer's way to average over GPUs makes the logged loss differ slightly from that of a run without; Axolotl
        warns of it. What is learned is the same.

    Example
        Bad:
            context_parallel_size: 2

        Good:
            context_parallel_size: 1

    Fix
        None is needed: know it when you compare two runs.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2270, 0.21.0 validation.py:2312 (executed)
    """
    plan = subject.plan
    if mesh.context_parallel_size(plan) > 1:
        message = "with context parallelism the logged losses differ slightly from a run without: Axolotl warns"
        yield self.finding(message, "context_parallel_size", "sequence_parallel_degree", "context_parallel", plan=plan)
