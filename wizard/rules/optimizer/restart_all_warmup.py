"""MW967."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule

_USUAL = 10


@rule("MW967", "restart-all-warmup", "warning", keys=("jagged_restart_steps",))
def restart_all_warmup(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Restarts of the learning rate that are over before their warmup is.

    What it checks
        `jagged_restart_warmup_steps` (10 where it is not written) not below `jagged_restart_steps`.

    Why it matters
        After each restart the rate rises over the warmup's steps and starts over before it is whole: from the first
        restart on it never comes to `learning_rate`, and at a fraction of it little is learned.

    Example
        Bad:
            jagged_restart_steps: 100
            jagged_restart_warmup_steps: 200

        Good:
            jagged_restart_steps: 100
            jagged_restart_warmup_steps: 10

    Fix
        A warmup of few of the steps between two restarts. There is none to apply: how long is the person's choice.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schedulers.py, JaggedLRRestartScheduler.get_lr;
        core/trainers/mixins/scheduler.py (0.21.0 :134-147; executed)
    """
    plan = subject.plan
    every, warmup = integer(plan.get("jagged_restart_steps"), 0), integer(plan.get("jagged_restart_warmup_steps"), 0)
    if every > 0 and (warmup or _USUAL) >= every:
        said = f"jagged_restart_warmup_steps {warmup or _USUAL}{'' if warmup else ', the default,'}"
        message = (
            f"{said} is not below jagged_restart_steps {every}: after a restart the rate never comes to its height"
        )
        yield self.finding(message, "jagged_restart_steps", "jagged_restart_warmup_steps", plan=plan)
