"""MW585."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import schedule
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.schedulers import schedulers
from wizard.rules.registry import Rule, Subject, rule

_WARMUPS = ("warmup_steps", "warmup_ratio")
_KEYS = (
    "lr_scheduler_kwargs", "cosine_min_lr_ratio", "cosine_constant_lr_ratio", "lr_quadratic_warmup", *_WARMUPS,
)  # fmt: skip
_AT_ONCE = ("constant", "reduce_lr_on_plateau", "greedy")
"""Schedules that are made without a warmup."""


@rule("MW585", "schedule-settings-unused", "warning", fix="safe", keys=_KEYS)
def schedule_settings_unused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of the learning rate's schedule that its name leaves out.

    What it checks
        `lr_scheduler_kwargs` with `constant`, `constant_with_warmup`, `rex` or Axolotl's own cosine, which take none;
        `cosine_min_lr_ratio` with another schedule than `cosine` and `rex`; `cosine_constant_lr_ratio` without a
        `cosine_min_lr_ratio` on `cosine`; `lr_quadratic_warmup` on another than `cosine`; a warmup with `constant`,
        `reduce_lr_on_plateau` and `greedy`, which begin at the whole rate (`constant_with_warmup` warms up).

    Why it matters
        They are dropped without a word, and the rate goes another way than the file says.

    Example
        Bad:
            lr_scheduler: linear
            cosine_min_lr_ratio: 0.1

        Bad:
            cosine_constant_lr_ratio: 0.8

        Bad:
            lr_scheduler: constant
            lr_scheduler_kwargs:
              num_cycles: 2

        Bad:
            lr_scheduler: constant
            warmup_steps: 100

        Good:
            lr_scheduler: constant_with_warmup
            warmup_steps: 100

        Good:
            lr_scheduler: cosine
            cosine_min_lr_ratio: 0.1

    Fix
        Take them out. Safe: the training is the same.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/mixins/scheduler.py:31-127, transformers 5.16.1 optimization.py
        get_scheduler (executed)
    """
    plan, name = subject.plan, schedule.lr_scheduler(subject.plan)
    row = schedulers().get(name)
    if row is None:
        return
    cosine, quadratic = name == "cosine", schedule.quadratic(plan)
    least = schedule.ratio(plan, "cosine_min_lr_ratio")
    unused = {
        "lr_scheduler_kwargs": bool(schedule.lr_scheduler_kwargs(plan))
        and (row.takes is None or schedule.own_cosine(plan)),
        "cosine_min_lr_ratio": least is not None
        and ((not cosine and name != "rex") or (cosine and quadratic))
        and not plan.get("jagged_restart_steps"),
        "cosine_constant_lr_ratio": bool(schedule.ratio(plan, "cosine_constant_lr_ratio"))
        and not (cosine and least and not quadratic),
        "lr_quadratic_warmup": quadratic and not cosine,
        **{key: name in _AT_ONCE and key in schedule.warmups(plan) for key in _WARMUPS},
    }
    found = [key for key in _KEYS if unused[key]]
    if found:
        beside = " and its settings" if cosine else ""
        message = f"lr_scheduler {name}{beside} leaves {', '.join(found)} out: the rate goes on without"
        fix = Fix(dict.fromkeys(found, REMOVE), "safe", f"no {', '.join(found)}")
        yield self.finding(message, *found, "lr_scheduler", plan=plan, fix=fix)
