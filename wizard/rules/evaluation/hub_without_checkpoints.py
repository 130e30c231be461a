"""MW725."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW725",
    "hub-without-checkpoints",
    "warning",
    fix="unsafe",
    keys=("hub_model_id",),
    quotes="hub_model_id is set without any models being saved",
)
def hub_without_checkpoints(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`hub_model_id` with a `save_strategy` that saves no checkpoints.

    What it checks
        `hub_model_id` is set and `save_strategy` is written as anything but "steps" or "epoch". Axolotl counts
        "best" too, which does save.

    Why it matters
        Checkpoints are pushed to the hub as they are saved. With none saved, none is pushed before the end.

    Example
        Bad:
            hub_model_id: somebody/model
            save_strategy: "no"

        Good:
            hub_model_id: somebody/model
            save_strategy: epoch

    Fix
        `save_strategy: epoch`. Not safe: checkpoints take time and disk.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:323 (executed)
    """
    plan = subject.plan
    strategy = evaluation.save_strategy(plan)
    if not plan.get("hub_model_id") or strategy in ("steps", "epoch", None):
        return
    effect = "Axolotl warns, though best does save" if strategy == "best" else "no checkpoint is pushed to the hub"
    fix = Fix({"save_strategy": "epoch"}, "unsafe", "save_strategy: epoch")
    message = f"hub_model_id with save_strategy {strategy}: {effect}"
    yield self.finding(message, "save_strategy", "hub_model_id", plan=plan, fix=fix)
