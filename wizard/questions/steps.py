"""The steps in their order. How many there are and what they are called is said here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from wizard.questions.batch import BATCH
from wizard.questions.data import DATA
from wizard.questions.division import DIVISION
from wizard.questions.kept import KEPT
from wizard.questions.method import METHOD
from wizard.questions.question import Choice, Question, Situation, Step

MACHINE = Step("machine", "Machine", "Where will it be trained?", (), "the GPU")
MODEL = Step("model", "Model", "What will be trained?", ())
REVIEW = Step(
    "review", "Review", "Is it as you want it?", KEPT, "a last look", more="evaluations, checkpoints, logs, upload"
)
STEPS: tuple[Step, ...] = (MACHINE, MODEL, METHOD, DIVISION, BATCH, DATA, REVIEW)
"""Read it as `steps.STEPS`: then whoever puts another one in its place is heard everywhere."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def position(identity: str) -> int:
    """The place of a step, from 0. Raises ValueError where there is no such step."""
    return [step.id for step in STEPS].index(identity)


def where(identity: str, places: tuple[int, ...] = ()) -> str:
    """`step 1`, as a person is told where a step is. `places`: the steps that arise; all where none is given."""
    at = position(identity)
    return f"step {(places or tuple(range(len(STEPS)))).index(at) + 1}"


def nearest(number: int) -> int:
    """The step of this number, or the first or last where there is none."""
    return min(max(number, 0), len(STEPS) - 1)


def shown(situation: Situation) -> tuple[int, ...]:
    """The places of the steps that arise, in their order: a person counts these from 1."""
    return tuple(place for place, step in enumerate(STEPS) if step.shown(situation))


def counted(many: int) -> str:
    """So many, as a word."""
    return _WORDS[many] if many < len(_WORDS) else str(many)


def named(word: str) -> int | None:
    """The place of the step of this title or id, None where there is none."""
    return next((place for place, step in enumerate(STEPS) if word in (step.id, step.title.lower())), None)


def questions() -> Iterator[tuple[int, Question]]:
    """Every question with the place of its step."""
    return ((number, question) for number, step in enumerate(STEPS) for question in step.questions)


def asked_fields() -> frozenset[str]:
    """The fields of a plan that a question asks for."""
    return _fields(STEPS)


def changed_fields(situation: Situation) -> frozenset[str]:
    """The fields that an answer may change here: those asked for, and what comes with an answer."""
    found = {"base_model", *asked_fields()}
    for _, question in questions():
        if isinstance(question, Choice):
            found.update(*(option.changes for option in question.options(situation)))
        else:
            found.update(question.also)
    return frozenset(found)


@lru_cache(maxsize=2)
def _fields(steps: tuple[Step, ...]) -> frozenset[str]:
    return frozenset(question.field.partition(".")[0] for step in steps for question in step.questions)
