"""MW497."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW497",
    "pack-sizes-impossible",
    "error",
    fix="unsafe",
    keys=("sample_packing_group_size",),
    crashes="range() arg 3 must not be zero",
)
def pack_sizes_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Sizes of packing with which no pack can be made.

    What it checks
        `sample_packing` with `sample_packing_group_size` of 0 or less.

    Why it matters
        Rows are packed group by group. With groups of none the run dies when training begins, with groups of less than
        none it ends at once: no pack is made, and the model is saved as it was loaded.

    Example
        Bad:
            sample_packing: true
            sample_packing_group_size: 0

        Good:
            sample_packing: true
            sample_packing_group_size: 100000

    Fix
        The key goes: 100,000 rows are a group then. Not safe: packs are put together otherwise.

    Source
        axolotl 0.19.0 and 0.21.0 utils/samplers/multipack.py:163 (trained with on a CPU)
    """
    plan, key = subject.plan, "sample_packing_group_size"
    size = number(plan.get(key), 1.0)
    if packing.sample_packing(plan) and size <= 0:
        message = f"{key} {plan.shown(key)}: no group of rows, and so no pack, can be made"
        fix = Fix({key: REMOVE}, "unsafe", f"no {key}")
        yield self.finding(message, key, plan=plan, severity="warning" if size < 0 else "error", fix=fix)
