"""MW721."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW721",
    "evaluation-strategy-renamed",
    "warning",
    fix="safe",
    keys=("evaluation_strategy",),
    quotes="evaluation_strategy is deprecated, use eval_strategy instead",
)
def evaluation_strategy_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`evaluation_strategy` is `eval_strategy` now.

    What it checks
        `evaluation_strategy` is set.

    Why it matters
        Axolotl still takes it, warns, and will stop taking it.

    Example
        Bad:
            val_set_size: 0.05
            evaluation_strategy: epoch

        Good:
            val_set_size: 0.05
            eval_strategy: epoch

    Fix
        The key takes its new name. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:61 (executed)
    """
    plan = subject.plan
    value = evaluation.evaluation_strategy(plan)
    changes: dict[str, object] = {"evaluation_strategy": REMOVE}
    if "eval_strategy" not in subject.written:
        changes["eval_strategy"] = value
    fix = Fix(changes, "safe", f"eval_strategy: {in_yaml(evaluation.eval_strategy(plan))}")
    message = "evaluation_strategy is eval_strategy now: Axolotl warns of it"
    yield self.finding(message, "evaluation_strategy", plan=plan, fix=fix)
