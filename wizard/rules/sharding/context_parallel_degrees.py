"""MW642."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule

_DEGREES = ("ulysses_size", "ring_size")


@rule(
    "MW642",
    "context-parallel-degrees",
    "error",
    fix="unsafe",
    keys=("context_parallel",),
    quotes=(
        "must divide context_parallel.size",
        "backend=ulysses requires ring_size=1",
        "backend=ring requires ulysses_size=1",
        ") != context_parallel.size(",
    ),
    axolotl_since="0.20",
)
def context_parallel_degrees(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Degrees in `context_parallel` that do not make its size.

    What it checks
        In the block `context_parallel`: `ulysses_size` or `ring_size` that does not divide `size`; both, and their
        product is not `size`; one above 1, or below `size`, beside the `backend` that is the other alone.

    Why it matters
        Axolotl refuses the file: heads are divided among `ulysses_size` GPUs and blocks of the sequence among
        `ring_size`, and together they are the group.

    Example
        Bad:
            context_parallel: {size: 4, ring_size: 3}

        Bad:
            context_parallel: {size: 4, backend: ulysses, ring_size: 2}

        Bad:
            context_parallel: {size: 4, ring_size: 2, ulysses_size: 4}

        Good:
            context_parallel: {size: 4, backend: usp, ring_size: 2, ulysses_size: 2}

    Fix
        The two degrees go: what is left is chosen to fit the size. Not safe: another schedule.

    Source
        axolotl 0.20.0 integrations/context_parallel/args.py:39, 0.21.0 :42 (executed)
    """
    plan = subject.plan
    block, size = mesh.context_parallel(plan), max(1, mesh.context_parallel_size(plan))
    degrees = {key: integer(block.get(key), 0) for key in _DEGREES if block.get(key) is not None}
    if any(degree < 1 for degree in degrees.values()):
        return  # below its bound
    ulysses, ring, backend = degrees.get("ulysses_size"), degrees.get("ring_size"), block.get("backend")
    odd = [key for key, degree in degrees.items() if size % degree]
    if odd:
        why = f"{odd[0]} {degrees[odd[0]]} does not divide size {size}"
    elif backend == "ulysses" and (ring not in (None, 1) or ulysses not in (None, size)):
        why = "backend ulysses divides heads alone"
    elif backend == "ring" and (ulysses not in (None, 1) or ring not in (None, size)):
        why = "backend ring divides the sequence alone"
    elif ulysses and ring and ulysses * ring != size:
        why = f"ulysses_size {ulysses} times ring_size {ring} is not size {size}"
    else:
        return
    left = {key: value for key, value in block.items() if key not in degrees}
    fix = Fix({"context_parallel": left}, "unsafe", f"no {' and '.join(degrees)}")
    yield self.finding(f"context_parallel: {why}: Axolotl refuses the file", "context_parallel", plan=plan, fix=fix)
