"""MW749."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW749",
    "gdpo-sums-before-normalizing",
    "error",
    fix="unsafe",
    keys=("trl",),
    quotes="`multi_objective_aggregation` value set as `sum_then_normalize` => GRPO, but GDPO was selected",
)
def gdpo_sums_before_normalizing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`rl: gdpo` with the aggregation of GRPO.

    What it checks
        `rl` is "gdpo" and `trl.multi_objective_aggregation` is "sum_then_normalize".

    Why it matters
        GDPO is GRPO with each reward normalized before they are summed. The contrary order is GRPO, so Axolotl
        refuses the file.

    Example
        Bad:
            rl: gdpo
            trl:
              multi_objective_aggregation: sum_then_normalize

        Good:
            rl: gdpo
            trl:
              multi_objective_aggregation: normalize_then_sum

    Fix
        `normalize_then_sum`. Not safe: perhaps `rl: grpo` was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:760 (executed)
    """
    plan = subject.plan
    block = batch.trl(plan)
    if preference.rl(plan) == "gdpo" and block.get("multi_objective_aggregation") == "sum_then_normalize":
        message = "rl: gdpo with trl.multi_objective_aggregation sum_then_normalize, which is GRPO: Axolotl refuses it"
        changed = {**block, "multi_objective_aggregation": "normalize_then_sum"}
        fix = Fix({"trl": changed}, "unsafe", "normalize_then_sum")
        yield self.finding(message, "trl", "rl", plan=plan, fix=fix)
