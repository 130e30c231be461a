"""MW623."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW623",
    "sequence-parallel-degree-renamed",
    "warning",
    fix="safe",
    keys=("sequence_parallel_degree",),
    quotes="`sequence_parallel_degree` is deprecated",
    axolotl_until="0.19",
)
def sequence_parallel_degree_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`sequence_parallel_degree` is `context_parallel_size` now.

    What it checks
        `sequence_parallel_degree` is set and `context_parallel_size` is not.

    Why it matters
        Axolotl still takes it, warns, and will stop taking it.

    Example
        Bad:
            sequence_parallel_degree: 1

        Good:
            context_parallel_size: 1

    Fix
        The key takes its new name. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1786 (executed)
    """
    plan = subject.plan
    value = mesh.sequence_parallel_degree(plan)
    if number(value, 0.0) == 0 or mesh.size(plan, "context_parallel_size") != 0:
        return
    changes: dict[str, object] = {"sequence_parallel_degree": REMOVE, "context_parallel_size": value}
    fix = Fix(changes, "safe", f"context_parallel_size: {in_yaml(value)}")
    message = "sequence_parallel_degree is context_parallel_size now: Axolotl warns of it"
    yield self.finding(message, "sequence_parallel_degree", plan=plan, fix=fix)
