"""MW582."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, schedule
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.text import in_yaml
from wizard.knowledge.axolotl.old_forms import new_value
from wizard.knowledge.schedulers import schedulers
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW582",
    "unknown-scheduler",
    "error",
    fix="unsafe",
    keys=("lr_scheduler",),
    crashes="is not a valid SchedulerType",
)
def unknown_scheduler(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A schedule of the learning rate that neither Axolotl nor transformers has.

    What it checks
        `lr_scheduler` against the names of transformers, and `one_cycle` and `rex`, which Axolotl adds.

    Why it matters
        Axolotl's schema takes any text. The run dies when the trainer is made, after the data is prepared and the
        model loaded.

    Example
        Bad:
            lr_scheduler: cosin

        Bad:
            lr_scheduler: wsd

        Good:
            lr_scheduler: cosine

    Fix
        The nearest name, `cosine` where none is near. Not safe: another schedule may have been meant.

    Source
        axolotl 0.19.0 core/builders/base.py:280; transformers 5.16.1 trainer_utils.py:561 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    name, known = schedule.lr_scheduler(plan), schedulers()
    if name in known or deepspeed.brings_schedule(plan) or new_value("lr_scheduler", name):
        return  # MW840 tells what an old name is called now
    near = closest(name.lower(), tuple(sorted(known)), 0.6)
    message = (
        f"lr_scheduler: {in_yaml(name)} is none that Axolotl or transformers has: the run dies when the trainer is made"
    )
    message += f"; did you mean {near}?" if near is not None else f"; there are {', '.join(known)}"
    fix = Fix({"lr_scheduler": near or "cosine"}, "unsafe", f"lr_scheduler: {near or 'cosine'}")
    yield self.finding(message, "lr_scheduler", plan=plan, fix=fix)
