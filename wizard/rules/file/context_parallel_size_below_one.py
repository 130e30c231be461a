"""MW868."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW868",
    "context-parallel-size-below-one",
    "error",
    fix="safe",
    keys=("context_parallel_size", "sequence_parallel_degree"),
    quotes="context_parallel.size: Input should be",
    axolotl_since="0.20",
)
def context_parallel_size_below_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A context parallel size below 1.

    What it checks
        `context_parallel_size`, or its old name where that is not written beside it, is below 1.

    Why it matters
        Axolotl refuses the file: from 0.20 on the size is also that of the block `context_parallel`, which counts from
        1.

    Example
        Bad:
            sequence_parallel_degree: 0

        Good:
            context_parallel_size: 1

    Fix
        The size becomes 1. Safe: below it nothing is divided.

    Source
        axolotl 0.20.0 integrations/context_parallel/args.py:18 (executed)
    """
    plan = subject.plan
    for name in ("context_parallel_size", "sequence_parallel_degree"):
        covered = name == "sequence_parallel_degree" and mesh.size(plan, "context_parallel_size") > 0
        if mesh.below_one(plan, name) and not covered:
            fix = Fix({name: 1}, "safe", f"{name}: 1")
            message = f"{name} is {mesh.size(plan, name)}, and Axolotl counts from 1: it refuses the file"
            yield self.finding(message, name, plan=plan, fix=fix)
