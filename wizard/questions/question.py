"""What a question is: plain words first, the field's name beside them, and what each answer changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.questions.aside import Aside


@dataclass(frozen=True, slots=True)
class Situation:
    """What an answer may depend on. `head`: of the first data file, where it is on this machine.

    `aside`: what other kinds of training had, to be brought back with them.
    """

    plan: Plan
    model: Model | None
    machine: Machine | None
    head: Head | None = None
    aside: Aside = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice and the change of plan it stands for."""

    label: str
    about: str
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with a few answers. `current` finds the one that the plan has now (None: none of them).

    `folded`: it stands among those of its step that are shown when more is asked for.
    """

    id: str
    title: str
    field: str
    help: str
    options: Callable[[Situation], tuple[Option, ...]]
    current: Callable[[Situation], int | None]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A question answered by typing. `read` shows the plan's value, `write` gives the change.

    `write` raises InputError with one sentence for a text it can't take. `also`: fields it changes beside its own.
    `folded`: it stands among those of its step that are shown when more is asked for.
    """

    id: str
    title: str
    field: str
    help: str
    read: Callable[[Plan], str]
    write: Callable[[str, Situation], Mapping[str, object]]
    shown: Callable[[Situation], bool] = lambda situation: True
    wide: bool = False
    also: tuple[str, ...] = ()
    folded: bool = False


Question = Choice | TypedQuestion


@dataclass(frozen=True, slots=True)
class Group:
    """A few questions that belong together, under a title in plain words."""

    title: str
    questions: tuple[Question, ...]

    @property
    def folded(self) -> bool:
        """Whether they are shown when more is asked for; it holds for all of them or none."""
        return all(one.folded for one in self.questions)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the wizard. `brief`: what it is about, within a sentence; without one, its title.

    `shown`: whether it arises; where it does not, the steps are counted without it.
    `more`: what its folded questions are about, in a few words.
    """

    id: str
    title: str
    asks: str
    groups: tuple[Group, ...]
    brief: str = ""
    shown: Callable[[Situation], bool] = lambda situation: True
    more: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in its order."""
        return tuple(one for group in self.groups for one in group.questions)

    @property
    def seen(self) -> tuple[Group, ...]:
        """The groups that are shown at once."""
        return tuple(one for one in self.groups if not one.folded)

    @property
    def folded(self) -> tuple[Group, ...]:
        """The groups that are shown when more is asked for."""
        return tuple(one for one in self.groups if one.folded)

    @property
    def about(self) -> str:
        """`the model`, within a sentence."""
        return self.brief or f"the {self.title.lower()}"


def answered(question: Question, answer: str) -> str:
    """The name of a change: the question within a sentence, and what was answered."""
    return f"{question.title[:1].lower()}{question.title[1:]}: {answer}"
