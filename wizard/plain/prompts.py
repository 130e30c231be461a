"""The questions of the steps: each tells what it asks, and takes an answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from wizard.domain.errors import InputError
from wizard.domain.text import sentence
from wizard.plain.commands import AGAIN, NEXT, Answer, Move
from wizard.plain.dialogue import Dialogue
from wizard.plain.far_rows import far_rows
from wizard.plain.render import price_text, topic_lines
from wizard.questions.own_value import own_value
from wizard.questions.prices import price, twice
from wizard.questions.question import Choice, Option, Question, TypedQuestion, answered
from wizard.questions.rows import asks_on
from wizard.questions.steps import STEPS
from wizard.questions.taking import Taken, taken
from wizard.session.answers import take_fields, take_text
from wizard.session.every_key import source
from wizard.session.results import Refused


class Stop(Protocol):
    """One question. `step`: the number of its step, from 0."""

    @property
    def step(self) -> int:
        """The number of its step, from 0."""
        ...

    def applies(self, dialogue: Dialogue) -> bool:
        """Whether it is asked as things are."""
        ...

    def ask(self, dialogue: Dialogue) -> Move:
        """Ask it, take the answer, and say where to go."""
        ...


def _hidden(stop: ChoiceStop | EntryStop, dialogue: Dialogue) -> bool:
    return stop.folded and stop.step not in dialogue.unfolded


def _tell_run(question: str, dialogue: Dialogue) -> None:
    """What the last run died of, where it concerns this question."""
    run = dialogue.session.last_run
    if run is not None and run.on(question):
        dialogue.tell(sentence(run.says))


def _tell_group(question: Question, dialogue: Dialogue) -> None:
    """The title of the group, before the first of its questions that is asked."""
    situation = dialogue.session.situation
    for group in (one for step in STEPS for one in step.groups if question in one.questions):
        asked = (one for one in group.questions
                 if (one.options(situation) if isinstance(one, Choice) else one.shown(situation)))  # fmt: skip
        if next(asked, None) is question and group.title:
            dialogue.tell("", f"{group.title}:", hang=0)


def chosen(answer: Answer, count: int) -> int | None:
    """The place of a number that was typed, None for any other text. Raises InputError where it is out of range."""
    number = answer.number()
    if number is None:
        return None
    if not 1 <= number <= count:
        raise InputError(f"There is no number {number} in the list; it goes from 1 to {count}.")
    return number - 1


@dataclass(frozen=True)
class ChoiceStop:
    """A question with a few answers."""

    step: int
    choice: Choice

    @property
    def folded(self) -> bool:
        """Whether it is asked only where more is asked for."""
        return self.choice.folded

    def applies(self, dialogue: Dialogue) -> bool:
        """Where it has answers, and was asked for if it is folded."""
        return not _hidden(self, dialogue) and bool(self.choice.options(dialogue.session.situation))

    def ask(self, dialogue: Dialogue) -> Move:
        """Tell every answer with its price, the present one marked; Enter keeps it."""
        situation, review = dialogue.session.situation, dialogue.session.review
        options = self.choice.options(situation)
        now = self.choice.current(situation)
        state = dialogue.session.state
        kept = own_value(self.choice, options, situation, partial(source, state))
        if kept is not None:
            options, now = (*options, kept), len(options)
        _tell_group(self.choice, dialogue)
        dialogue.tell("", f"{self.choice.title} ({self.choice.field}). {self.choice.help}", hang=0)
        _tell_run(self.choice.id, dialogue)
        for place, option in enumerate(options):
            comes = Taken({}) if place == now else taken(option.changes, situation, review.findings)
            plan = situation.plan.changed(comes.changes)
            mark = " (now)" if place == now else " (closed)" if comes.closed else ""
            about = comes.closed or f"{option.about}{price_text(*price(plan, review))}"
            dialogue.tell(f"{place + 1}) {option.label}{mark}: {about}", hang=3)
        if now is None:
            dialogue.tell(f"Now it is none of these{self._written(dialogue)}.")
        prompt = f"Number [{'as it is' if now is None else now + 1}]:"
        while True:
            answer = dialogue.ask(prompt, self._explained)
            if isinstance(answer, Move):
                return answer
            if not answer.text:
                return NEXT
            try:
                place = self._place(answer, options)
            except InputError as error:
                dialogue.tell(error.message)
                continue
            if place != now:
                says = answered(self.choice, options[place].label)
                done = take_fields(dialogue.session, options[place].changes, says)
                if isinstance(done, Refused):
                    dialogue.tell(f"Not taken: {sentence(done.reason)}")
                    continue
                dialogue.took(done)
                if self.choice.id == "type" and asks_on(dialogue.session.situation):
                    return AGAIN
            return NEXT

    def _explained(self) -> list[str]:
        return [
            *(topic_lines(self.choice.id) or [self.choice.help]),
            "Type the number of an answer; Enter keeps what is.",
        ]

    def _written(self, dialogue: Dialogue) -> str:
        value = dialogue.session.state.plan.get(self.choice.field)
        return f": {self.choice.field} is {value}" if isinstance(value, (str, int, float)) else ""

    def _place(self, answer: Answer, options: tuple[Option, ...]) -> int:
        place = chosen(answer, len(options))
        labels = [option.label.lower() for option in options]
        if place is None and answer.text.lower() in labels:
            place = labels.index(answer.text.lower())
        if place is None:
            raise InputError(f"Type a number from 1 to {len(options)}, Enter to keep what is, or help.")
        return place


@dataclass(frozen=True)
class EntryStop:
    """A question answered by typing."""

    step: int
    entry: TypedQuestion

    @property
    def folded(self) -> bool:
        """Whether it is asked only where more is asked for."""
        return self.entry.folded

    def applies(self, dialogue: Dialogue) -> bool:
        """Where the question makes sense, and was asked for if it is folded."""
        return not _hidden(self, dialogue) and self.entry.shown(dialogue.session.situation)

    def ask(self, dialogue: Dialogue) -> Move:
        """Show the present value; Enter keeps it, a text that can't be taken is told and asked for again."""
        entry = self.entry
        value = entry.read(dialogue.session.state.plan)
        _tell_group(entry, dialogue)
        dialogue.tell("")
        _tell_run(entry.id, dialogue)
        prompt = f"{entry.title} ({entry.field}) [{value or 'none'}]:"
        while True:
            answer = dialogue.ask(prompt, lambda: self._explained(dialogue))
            if isinstance(answer, Move):
                return answer
            if not answer.text or answer.text == value:
                self._rows(dialogue)
                return NEXT
            done = take_text(dialogue.session, entry, answer.text)
            if isinstance(done, Refused):
                dialogue.tell(f"Not taken: {sentence(done.reason)}")
                continue
            dialogue.took(done)
            self._rows(dialogue)
            return NEXT

    def _rows(self, dialogue: Dialogue) -> None:
        """Rows of a data set of the hub, behind the question that names it."""
        if self.entry.id == "path":
            dialogue.tell(*far_rows(dialogue.session))

    def _explained(self, dialogue: Dialogue) -> list[str]:
        fit, needs = twice(self.entry.field, dialogue.session.state.plan, dialogue.session.review)
        more = [f"Twice as much{price_text(fit, needs)}."] if fit is not None else []
        return [self.entry.help, *topic_lines(self.entry.id), *more, "Type a value; Enter keeps the one in brackets."]
