"""MW795."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW795",
    "kto-batch-of-one",
    "error",
    fix="unsafe",
    keys=("rl",),
    crashes=("Actual (not effective) batch size must be",),
)
def kto_batch_of_one(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`rl: kto` with one row on a GPU at once.

    What it checks
        `rl` is "kto" and `micro_batch_size` is 1, written or by default.

    Why it matters
        KTO compares each row with the others of its batch; of one row it would learn nothing. TRL stops as the trainer
        is made, after the model is loaded: "Actual (not effective) batch size must be > 1". Accumulation does not help.

    Example
        Bad:
            rl: kto
            micro_batch_size: 1
            gradient_accumulation_steps: 8

        Good:
            rl: kto
            micro_batch_size: 2
            gradient_accumulation_steps: 4

    Fix
        Two rows at once and half the accumulation: as many rows an update. Not safe: it takes more memory.

    Source
        axolotl 0.19.0 and 0.21.0 with trl 1.9.0 (trainer/kto_trainer.py:806) and 1.14.1 (:819) (0.21 executed)
    """
    plan = subject.plan
    if preference.rl(plan) != "kto" or batch.micro_batch_size(plan) > 1:
        return
    steps = max(1, batch.accumulation(plan) // 2)
    changes: dict[str, object] = {"micro_batch_size": 2, "gradient_accumulation_steps": steps, "batch_size": REMOVE}
    if plan.get("eval_batch_size") is not None:
        changes["eval_batch_size"] = 2
    message = "rl: kto with micro_batch_size 1: TRL stops as the trainer is made, since a row has none to compare with"
    fix = Fix(changes, "unsafe", f"micro_batch_size: 2, gradient_accumulation_steps: {steps}")
    yield self.finding(message, "micro_batch_size", "rl", plan=plan, fix=fix)
