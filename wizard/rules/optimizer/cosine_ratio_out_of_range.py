"""MW586."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, schedule
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW586",
    "cosine-ratio-out-of-range",
    "error",
    keys=("cosine_min_lr_ratio",),
    crashes=(
        "cosine_min_lr_ratio must be between 0.0 and 1.0",
        "cosine_constant_lr_ratio must be between 0.0 and 1.0",
    ),
)
def cosine_ratio_out_of_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A share of the learning rate, or of the steps, that is below 0 or above 1.

    What it checks
        `cosine_min_lr_ratio` with the schedules `cosine` and `rex`, and `cosine_constant_lr_ratio` beside it with
        `cosine`, are between 0 and 1.

    Why it matters
        The schema takes any number. The run dies when training starts, after the data is prepared and the model
        loaded.

    Example
        Bad:
            cosine_min_lr_ratio: 10

        Bad:
            cosine_min_lr_ratio: 0.1
            cosine_constant_lr_ratio: 80

        Good:
            cosine_min_lr_ratio: 0.1
            cosine_constant_lr_ratio: 0.8

    Fix
        Write a share: 0.1 is 10%. There is none to apply: what was meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/mixins/scheduler.py:84-121 (executed)
    """
    plan, name = subject.plan, schedule.lr_scheduler(subject.plan)
    least = schedule.ratio(plan, "cosine_min_lr_ratio")
    if not least or name not in ("cosine", "rex") or deepspeed.brings_schedule(plan):
        return
    if name == "cosine" and schedule.quadratic(plan):
        return
    constant = schedule.ratio(plan, "cosine_constant_lr_ratio") if name == "cosine" else None
    for key, value in (("cosine_min_lr_ratio", least), ("cosine_constant_lr_ratio", constant)):
        if value is not None and not 0 <= value <= 1:
            message = f"{key} is {value:g}, where a share from 0 to 1 is wanted: the run dies when training starts"
            yield self.finding(message, key, plan=plan)
            return
