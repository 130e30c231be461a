"""MW619."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import mesh, plugins
from wizard.axolotl.plugins import EXPERT_PARALLEL
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW619",
    "expert-parallel-below-one",
    "error",
    fix="safe",
    keys=("expert_parallel_size", "expert_parallel_token_capacity"),
    quotes=("expert_parallel_size must be >= 1", "expert_parallel_token_capacity must be >= 1"),
)
def expert_parallel_below_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An expert-parallel size or capacity below 1.

    What it checks
        With the expert-parallel plugin: `expert_parallel_size` or `expert_parallel_token_capacity` below 1.

    Why it matters
        Axolotl refuses the file. "Off" is 1 for the size, and no value at all for the capacity.

    Example
        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 0

        Bad:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_token_capacity: 0

        Good:
            plugins:
              - axolotl.integrations.expert_parallel.ExpertParallelPlugin
            expert_parallel_size: 1

    Fix
        The keys go, which leaves both off. Safe: that is what 0 meant.

    Source
        axolotl 0.19.0 integrations/expert_parallel/args.py:39 (executed)
    """
    plan = subject.plan
    if not plugins.listed(plan, EXPERT_PARALLEL):
        return
    keys = ("expert_parallel_size", "expert_parallel_token_capacity")
    low = [key for key in keys if mesh.below_one(plan, key)]
    if low:
        message = f"{low[0]} is {in_yaml(plan.get(low[0]))}: Axolotl refuses the file, since the least is 1"
        fix = Fix(dict.fromkeys(low, REMOVE), "safe", f"{low[0]} goes")
        yield self.finding(message, *low, plan=plan, fix=fix)
