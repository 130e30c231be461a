"""MW583."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from wizard.axolotl import deepspeed, schedule
from wizard.domain.finding import Finding
from wizard.domain.nearest import did_you_mean
from wizard.domain.plan import Plan
from wizard.domain.values import number
from wizard.knowledge.schedulers import Scheduler, schedulers
from wizard.rules.registry import Rule, Subject, rule

_WORDS = {
    "mode": ("min", "max"),
    "threshold_mode": ("rel", "abs"),
    "warmup_type": ("linear", "cosine", "1-sqrt"),
    "decay_type": ("linear", "cosine", "1-sqrt"),
    "anneal_strategy": ("cos", "linear"),
}
"""Arguments that are words, and which."""


@rule(
    "MW583",
    "scheduler-arguments",
    "error",
    keys=("lr_scheduler", "lr_scheduler_kwargs"),
    crashes=(
        "got an unexpected keyword argument",
        "missing 1 required positional argument",
        "should be set",
        "unsupported operand type(s)",
        "expected 'linear', 'cosine' or '1-sqrt'",
        "is unknown!",
        "must be smaller than initial lr",
        "ZeroDivisionError: division by zero",
        "Expected float between 0 and 1 pct_start",
    ),
)
def scheduler_arguments(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lr_scheduler_kwargs` that the schedule does not take, lacks, or can't read.

    What it checks
        The names in `lr_scheduler_kwargs` against what the schedule under `lr_scheduler` takes (`cosine` where none
        is written); what it can't do without: `num_decay_steps` of `warmup_stable_decay`, and one of `min_lr` and
        `min_lr_rate`, not both, of the cosines with a least rate; a number that YAML reads as text (`1e-6`: it
        wants a dot, 1.0e-6); a word that it does not know; an `lr_end` of `polynomial` that is not below
        `learning_rate`, a `timescale` of 0 of `inverse_sqrt`, and a `pct_start` of `one_cycle` outside of 0.0 to 1.0.
        `constant`, `constant_with_warmup` and `rex` get none of them (MW585), nor does the cosine that
        `cosine_min_lr_ratio` or `lr_quadratic_warmup` makes.

    Why it matters
        Axolotl's schema takes any block. The run dies when training starts, after the data is prepared and the model
        loaded.

    Example
        Bad:
            lr_scheduler: cosine
            lr_scheduler_kwargs:
              min_lr: 0.00001

        Bad:
            lr_scheduler: cosine_with_min_lr

        Bad:
            lr_scheduler: cosine_with_min_lr
            lr_scheduler_kwargs:
              min_lr: 1e-6

        Bad:
            lr_scheduler: warmup_stable_decay
            lr_scheduler_kwargs:
              min_lr_ratio: 0.1

        Bad:
            learning_rate: 0.0002
            lr_scheduler: polynomial
            lr_scheduler_kwargs:
              lr_end: 0.001

        Good:
            lr_scheduler: cosine_with_min_lr
            lr_scheduler_kwargs:
              min_lr: 1.0e-6

        Good:
            lr_scheduler: warmup_stable_decay
            lr_scheduler_kwargs:
              num_decay_steps: 100

    Fix
        Write what the message names. There is none to apply: what was meant is not known.

    Source
        transformers 5.16.1 and 5.20.1 optimization.py; axolotl 0.19.0 core/trainers/mixins/scheduler.py:67 (executed,
        0.21.0 on a CPU too)
    """
    plan = subject.plan
    row = schedulers().get(schedule.lr_scheduler(plan))
    if row is None or row.takes is None or schedule.own_cosine(plan) or deepspeed.brings_schedule(plan):
        return
    wrong = _wrong(plan, row, row.takes)
    if wrong:
        message = f"lr_scheduler {schedule.lr_scheduler(plan)}: {wrong}: the run dies when training starts"
        yield self.finding(message, "lr_scheduler_kwargs", "lr_scheduler", plan=plan)


def _wrong(plan: Plan, row: Scheduler, takes: tuple[str, ...]) -> str | None:
    given = schedule.lr_scheduler_kwargs(plan)
    for key, value in given.items():
        if key not in takes:
            return f"lr_scheduler_kwargs has {key}, which it does not take.{did_you_mean(str(key), takes)}".rstrip(".")
        if key in _WORDS and value not in _WORDS[key]:
            return f"{key} is {value}, where it takes {', '.join(_WORDS[key])}"
        if key not in _WORDS and isinstance(value, str):
            return f"{key} is the text '{value}', no number (YAML wants a dot: 1.0e-6)"
        if key == "pct_start" and not (isinstance(value, float) and 0 <= value <= 1):
            return f"pct_start is {value}, where it takes a number with a dot between 0.0 and 1.0"
        if key == "timescale" and value == 0:
            return "timescale is 0, which the rate is divided by"
        if key == "lr_end" and number(value, 0.0) >= (rate := number(plan.get("learning_rate"), inf)):
            return f"lr_end {value} is not below learning_rate {rate:g}"
    lacking = [key for key in row.needs if given.get(key) is None]
    if lacking:
        return f"lr_scheduler_kwargs must have {', '.join(lacking)}"
    if row.one_of and sum(given.get(key) is not None for key in row.one_of) != 1:
        return f"lr_scheduler_kwargs must have one of {' and '.join(row.one_of)}, not both"
    return None
