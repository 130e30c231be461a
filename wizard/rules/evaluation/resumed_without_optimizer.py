"""MW768."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_RESUMES = ("auto_resume_from_checkpoints", "resume_from_checkpoint")


@rule("MW768", "resumed-without-optimizer", "warning", fix="unsafe", keys=("save_only_model",))
def resumed_without_optimizer(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`save_only_model` in a run that is to be resumed.

    What it checks
        `save_only_model` is on, and `auto_resume_from_checkpoints` or `resume_from_checkpoint` is set.

    Why it matters
        Such checkpoints hold no optimizer, schedule and random state. A run that goes on from one begins with an empty
        optimizer and a rate at its start, and says nothing of it.

    Example
        Bad:
            save_only_model: true
            auto_resume_from_checkpoints: true

        Good:
            auto_resume_from_checkpoints: true

    Fix
        No `save_only_model`. Not safe: a checkpoint takes up to three times the room.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/base.py; transformers 5.20.1 trainer.py,
        _load_optimizer_and_scheduler (read)
    """
    plan = subject.plan
    key = next((one for one in _RESUMES if plan.get(one)), None)
    if key is None or not flag(plan.get("save_only_model")):
        return
    message = f"save_only_model with {key}: a checkpoint without its optimizer goes on with an empty one"
    fix = Fix({"save_only_model": REMOVE}, "unsafe", "no save_only_model")
    yield self.finding(message, "save_only_model", key, plan=plan, fix=fix)
