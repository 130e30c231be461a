"""Which question the death of a run concerns."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl.batch import micro_batch_size
from wizard.questions import steps
from wizard.questions.question import Choice, Question, Situation, Step

_CONCERNS: dict[str, tuple[str, ...]] = {
    "load": ("adapter",),
    "too_big": ("micro", "length"),
    "longest_row": ("length",),
    "first_optimizer_step": ("optimizer",),
    "evaluation": ("share",),
    "generation": ("group", "micro"),
    "save": ("saves",),
    "disk": ("keeps",),
    "other_process": ("machine",),
    "host_memory": ("machine",),
}
"""Of each cause, as the doctor names it, the question that can do most about it, or the step; the first that arises."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Where it stands: on a question, or on a whole step."""

    step: Step
    question: Question | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The fields that an answer there changes."""
        if self.question is None:
            return frozenset()
        also = () if isinstance(self.question, Choice) else self.question.also
        return frozenset(name.partition(".")[0] for name in (self.question.field, *also))


def concerned(cause: str | None, situation: Situation) -> Concerned:
    """Where a cause stands; what no question can do anything about stands on the last look."""
    for wanted in _CONCERNS.get(cause or "", ()):
        for step in steps.STEPS:
            if not step.shown(situation):
                continue
            if step.id == wanted:
                return Concerned(step)
            found = next((one for one in step.questions if one.id == wanted and _helps(one, situation)), None)
            if found is not None:
                return Concerned(step, found)
    return Concerned(steps.REVIEW)


def _helps(question: Question, situation: Situation) -> bool:
    if question.id == "micro" and micro_batch_size(situation.plan) == 1:
        return False  # there is nothing below
    return bool(question.options(situation)) if isinstance(question, Choice) else question.shown(situation)
