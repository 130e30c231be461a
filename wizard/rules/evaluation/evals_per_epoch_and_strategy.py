"""MW714."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW714",
    "evals-per-epoch-and-strategy",
    "error",
    fix="unsafe",
    keys=("evals_per_epoch",),
    quotes="eval_strategy must be empty or set to `steps` when used with evals_per_epoch",
)
def evals_per_epoch_and_strategy(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`evals_per_epoch` with an `eval_strategy` other than steps.

    What it checks
        `evals_per_epoch` is set and `eval_strategy` (or `evaluation_strategy`, its old name) is set to anything but
        "steps".

    Why it matters
        Axolotl turns `evals_per_epoch` into a number of steps, which another strategy contradicts. It refuses the
        file.

    Example
        Bad:
            val_set_size: 0.05
            evals_per_epoch: 4
            eval_strategy: epoch

        Good:
            val_set_size: 0.05
            evals_per_epoch: 4

    Fix
        `eval_strategy` goes. Not safe: who wants one evaluation for each epoch takes out `evals_per_epoch` instead.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:358 (executed)
    """
    plan = subject.plan
    strategy = evaluation.eval_strategy(plan)
    if not early.is_set(plan, "evals_per_epoch") or not strategy or strategy == "steps":
        return
    message = f"evals_per_epoch with eval_strategy {strategy}: Axolotl refuses the file"
    keys = [key for key in ("eval_strategy", "evaluation_strategy") if key in plan]
    fix = Fix(dict.fromkeys(keys, REMOVE), "unsafe", "evals_per_epoch alone")
    yield self.finding(message, "evals_per_epoch", *keys, plan=plan, fix=fix)
