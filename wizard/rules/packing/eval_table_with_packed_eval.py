"""MW410."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, packing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW410",
    "eval-table-with-packed-eval",
    "error",
    fix="unsafe",
    keys=("eval_table_size",),
    quotes="eval_table_size and eval_sample_packing are not supported together with sample_packing",
)
def eval_table_with_packed_eval(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_table_size` while evaluation is packed.

    What it checks
        `sample_packing` and `eval_table_size` are on and `eval_sample_packing` is not written as false.

    Why it matters
        The table shows single rows, and a packed batch has none to show. Axolotl refuses the config.

    Example
        Bad:
            sample_packing: true
            eval_table_size: 5
            val_set_size: 0.1

        Good:
            sample_packing: true
            eval_sample_packing: false
            eval_table_size: 5
            val_set_size: 0.1

    Fix
        `eval_sample_packing: false`. Unsafe: evaluation takes more steps and is laid out another way in memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:148 (executed)
    """
    plan = subject.plan
    if not early.is_set(plan, "sample_packing") or not plan.get("eval_table_size"):
        return
    if packing.early_eval_packing(plan) is False:
        return
    message = "eval_table_size needs eval_sample_packing: false beside sample_packing: Axolotl refuses the pair"
    fix = Fix({"eval_sample_packing": False}, "unsafe", "eval_sample_packing: false")
    yield self.finding(message, "eval_table_size", "eval_sample_packing", "sample_packing", plan=plan, fix=fix)
