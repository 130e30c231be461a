"""What the command palette finds: actions, questions, presets, models, words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.knowledge.help import GlossaryTerm, glossary
from wizard.knowledge.models.catalogue import catalogue
from wizard.questions import steps
from wizard.rules.catalogue import ENTRIES
from wizard.ui.messages import ModelChosen, PresetChosen
from wizard.ui.screens.page import PageScreen
from wizard.ui.screens.rule import RuleScreen

if TYPE_CHECKING:
    from wizard.ui.screens.wizard import WizardScreen

Command = tuple[str, str, Callable[[], object]]
"""A name, what it does, and how."""


class _Commands(Provider):
    """Finds commands by their names; lists them while nothing is typed, if `listed`."""

    listed = True
    weight = 1.0
    """A preset is meant more often than one of a thousand models."""

    @property
    def wizard(self) -> WizardScreen:
        """The wizard below the palette."""
        found: WizardScreen = self.app.wizard  # type: ignore[attr-defined]
        return found

    def commands(self) -> Iterator[Command]:
        """All that can be found."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """What is listed before a word is typed."""
        if self.listed:
            for name, says, run in self.commands():
                yield DiscoveryHit(name, run, help=says)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for name, says, run in self.commands():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score * self.weight, matcher.highlight(escape(name)), run, help=says)


class QuestionCommands(_Commands):
    """Every question, to jump to it."""

    weight = 3.0

    def commands(self) -> Iterator[Command]:
        """In the order of the steps."""
        for number, place in enumerate(self.wizard.session.steps, 1):
            step = steps.STEPS[place]
            yield f"{number} {step.title}", step.asks, partial(self.wizard.action_go, place)
            for question in step.questions:
                name = f"{question.title} ({question.field})"
                yield name, question.help, partial(self.wizard.moving.question, question.id)


class PresetCommands(_Commands):
    """Every preset."""

    listed = False
    weight = 4.0

    def commands(self) -> Iterator[Command]:
        """In the order of the index."""
        for preset in self.wizard.session.outside.presets():
            take = partial(self.wizard.post_message, PresetChosen(preset))
            yield f"Preset {preset.name}", preset.title, take


class ModelCommands(_Commands):
    """Every model of the catalogue by every id."""

    listed = False

    def commands(self) -> Iterator[Command]:
        """In the order of the catalogue."""
        for row in catalogue().values():
            for name in (row.id, *row.also):
                take = partial(self.wizard.post_message, ModelChosen(name))
                yield f"Model {name}", f"{row.family}: train this model", take


class RuleCommands(_Commands):
    """Every rule by its code and name; those found here before others."""

    listed = False
    weight = 0.5
    """A code is found alone; by the words of a name an action or a question is meant more often."""

    def commands(self) -> Iterator[Command]:
        """In the order of the codes."""
        found = {one.code: one for one in reversed(self.wizard.session.review.findings)}
        for entry in ENTRIES:
            here = found.get(entry.code)
            says = f"found here: {masked(here.message)}" if here is not None else f"a rule about {entry.topic}"
            yield f"{entry.code} {entry.name}", says, partial(self._show, entry.code, here)

    def _show(self, code: str, here: Finding | None) -> None:
        self.app.push_screen(RuleScreen(code, here))


class WordCommands(_Commands):
    """Every word of the glossary."""

    listed = False
    weight = 2.0

    def commands(self) -> Iterator[Command]:
        """In the order of the alphabet."""
        for term in glossary():
            yield f"What is {term.name}?", term.short, partial(self._show, term)

    def _show(self, term: GlossaryTerm) -> None:
        self.app.push_screen(PageScreen(term.name, f"{term.short} {term.more}".strip()))
