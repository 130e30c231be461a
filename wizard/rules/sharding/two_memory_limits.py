"""MW615."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW615",
    "two-memory-limits",
    "error",
    fix="unsafe",
    keys=("max_memory",),
    quotes="max_memory and gpu_memory_limit are mutually exclusive",
)
def two_memory_limits(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`max_memory` beside `gpu_memory_limit`.

    What it checks
        Both keys have a value.

    Why it matters
        Both say how much of a GPU the loaded model may take, so Axolotl refuses the file.

    Example
        Bad:
            max_memory:
              0: 20GiB
            gpu_memory_limit: 20

        Good:
            gpu_memory_limit: 20

    Fix
        `gpu_memory_limit` goes, since `max_memory` says it for each GPU. Not safe: layers may be placed otherwise.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1340 (executed)
    """
    plan = subject.plan
    if plan.get("max_memory") is None or plan.get("gpu_memory_limit") is None:
        return
    message = "max_memory and gpu_memory_limit both limit the GPU's memory: Axolotl refuses the file"
    fix = Fix({"gpu_memory_limit": REMOVE}, "unsafe", "max_memory alone")
    yield self.finding(message, "max_memory", "gpu_memory_limit", plan=plan, fix=fix)
