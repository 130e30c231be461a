"""MW776."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE, Plan
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW776",
    "steps-below-zero",
    "warning",
    fix="unsafe",
    keys=("eval_steps", "logging_steps", "save_steps", "saves_per_epoch", "save_total_limit"),
)
def steps_below_zero(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number below 0 for how often something is logged, evaluated or saved.

    What it checks
        `logging_steps`, `save_steps`, `saves_per_epoch` or `save_total_limit` below 0, and `eval_steps` where something
        is evaluated.

    Why it matters
        Axolotl takes -1. transformers multiplies every number below 1 with the steps of the run, as it does with a
        share: with -1 the losses come once, at the last step, there is one evaluation, and no checkpoint on the way. A
        run that stops before its end leaves nothing. `save_total_limit` below 0 keeps every checkpoint.

    Example
        Bad:
            save_steps: -1

        Bad:
            val_set_size: 0.05
            eval_steps: -1

        Bad:
            logging_steps: -1

        Good:
            save_strategy: "no"

        Good:
            val_set_size: 0.05
            eval_steps: 50

    Fix
        Without the key, Axolotl's own number holds. Not safe: it is evaluated and saved at other steps.

    Source
        transformers 5.20.1 trainer_callback.py compute_steps and on_step_end :572-598, trainer_utils.py
        rotate_checkpoints (read); axolotl 0.21.0 trained with each at -1 on a CPU (executed)
    """
    plan = subject.plan
    for key, means in _said(plan).items():
        written = plan.get(key)
        if isinstance(written, (int, float)) and not isinstance(written, bool) and written < 0:
            fix = Fix({key: REMOVE}, "unsafe", f"no {key}")
            yield self.finding(f"{key}: {written:g} does not mean never: {means}", key, plan=plan, fix=fix)


def _said(plan: Plan) -> dict[str, str]:
    said = {
        "logging_steps": "losses are written once, at the end at most",
        "save_total_limit": "every checkpoint is kept",
    }
    if evaluation.evaluates(plan) and evaluation.eval_strategy(plan) != "epoch":
        said["eval_steps"] = "it is evaluated once, at the end at most"
    if evaluation.save_strategy(plan) in (None, "steps"):
        key = "save_steps" if evaluation.save_steps(plan) else "saves_per_epoch"
        said[key] = "no checkpoint is saved before the end"
    return said
