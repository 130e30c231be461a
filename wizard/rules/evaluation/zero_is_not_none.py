"""MW737."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_MEANS: Mapping[str, str] = {
    "max_steps": "the run goes through num_epochs; `max_steps: 1` is the shortest",
    "save_steps": "a checkpoint is saved after each epoch; save_strategy: \"no\" saves none on the way",
    "saves_per_epoch": "a checkpoint is saved after each epoch; save_strategy: \"no\" saves none on the way",
    "early_stopping_patience": "the run never stops early; `early_stopping_patience: 1` stops soonest",
    "save_total_limit": "the last 4 checkpoints are kept; save_strategy: \"no\" saves none on the way",
}  # fmt: skip


@rule("MW737", "zero-is-not-none", "warning", keys=_MEANS)
def zero_is_not_none(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A 0 that Axolotl takes for nothing written.

    What it checks
        `max_steps` or `early_stopping_patience` is 0, or `save_steps`, `saves_per_epoch` or `save_total_limit` where no
        `save_strategy` says when it is saved.

    Why it matters
        What is not there and what is 0 are one to Axolotl: the default holds, which trains all epochs, or saves
        checkpoints that fill a disk.

    Example
        Bad:
            save_steps: 0

        Bad:
            save_total_limit: 0

        Good:
            save_strategy: "no"

    Fix
        Write what the message names, or leave the key out. There is none to apply: what was meant is not known.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 core/builders/base.py (_configure_save_and_eval_strategy and `max_steps`);
        0.21.0 trained on a CPU (executed)
    """
    plan = subject.plan
    strategy = evaluation.save_strategy(plan)
    settled = {
        "max_steps": False,
        "early_stopping_patience": False,
        "save_steps": strategy is not None,
        "saves_per_epoch": strategy is not None or evaluation.save_steps(plan) > 0,
        "save_total_limit": strategy in ("no", "false"),
    }
    for key, means in _MEANS.items():
        written = plan.get(key)
        if type(written) in (int, float) and written == 0 and not settled[key]:
            yield self.finding(f"{key}: 0 is as if it were not written: {means}", key, plan=plan)
