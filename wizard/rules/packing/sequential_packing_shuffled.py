"""MW422."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.axolotl.packing import streams
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW422", "sequential-packing-shuffled", "warning", fix="unsafe", keys=("sample_packing_sequentially",))
def sequential_packing_shuffled(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows are packed in order, but of shuffled samples.

    What it checks
        `sample_packing` and `sample_packing_sequentially` are on and `curriculum_sampling` is not.

    Why it matters
        Packing keeps the order in which samples come, and they come shuffled: the order of the data is
        lost all the same, and rows are filled worse than without `sample_packing_sequentially`. Axolotl
        asks about it in a warning when training starts.

    Example
        Bad:
            sample_packing: true
            sample_packing_sequentially: true

        Good:
            sample_packing: true
            sample_packing_sequentially: true
            curriculum_sampling: true

    Fix
        `curriculum_sampling: true`. Unsafe: samples come in another order.

    Source
        axolotl 0.19.0 utils/samplers/multipack.py:300, core/trainers/base.py:203 (read)
    """
    plan = subject.plan
    if not flag(plan.get("sample_packing_sequentially")) or not packing.sample_packing(plan):
        return
    if flag(plan.get("curriculum_sampling")) or preference.rl(plan) or streams(plan):
        return
    message = "sample_packing_sequentially without curriculum_sampling likely packs shuffled samples in order"
    fix = Fix({"curriculum_sampling": True}, "unsafe", "curriculum_sampling: true")
    yield self.finding(message, "sample_packing_sequentially", "curriculum_sampling", plan=plan, fix=fix)
