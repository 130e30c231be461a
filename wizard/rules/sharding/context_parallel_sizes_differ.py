"""MW643."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_FLAT = ("context_parallel_size", "sequence_parallel_degree")


@rule(
    "MW643",
    "context-parallel-sizes-differ",
    "error",
    fix="unsafe",
    keys=("context_parallel",),
    quotes="conflicts with context_parallel_size (",
    axolotl_since="0.20",
)
def context_parallel_sizes_differ(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`context_parallel.size` and `context_parallel_size` that differ.

    What it checks
        The block `context_parallel` has a `size`, and `context_parallel_size`, or where that is not set its old
        name `sequence_parallel_degree`, is another number.

    Why it matters
        Axolotl refuses the file: both mean how many GPUs share a sequence.

    Example
        Bad:
            context_parallel_size: 2
            context_parallel: {size: 4}

        Good:
            context_parallel_size: 4
            context_parallel: {size: 4}

    Fix
        The key outside the block goes. Not safe: which of the two was meant is a guess.

    Source
        axolotl 0.20.0 integrations/context_parallel/args.py:84 (executed)
    """
    plan = subject.plan
    size = mesh.context_parallel(plan).get("size")
    flat = next((key for key in _FLAT if plan.get(key) is not None), None)
    if flat is None or size is None or plan.get(flat) == size:
        return
    message = f"context_parallel.size {size} and {flat} {plan.get(flat)} differ: Axolotl refuses the file"
    fix = Fix({flat: REMOVE}, "unsafe", f"context_parallel.size {size}, no {flat}")
    yield self.finding(message, flat, "context_parallel", plan=plan, fix=fix)
