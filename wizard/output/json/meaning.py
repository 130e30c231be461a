"""The JSON of `memwizard explain` for a word that is no rule."""

from __future__ import annotations

from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import Key
from wizard.knowledge.help import GlossaryTerm, Topic
from wizard.output.json.shape import RowShape, Shape
from wizard.rules.meaning import WordMeaning


class KeyOut(Shape):
    """A key of a config. `default`: what Axolotl takes without it, null where nothing. `rules`: codes that speak of
    it. `memory`: the estimate follows it, or its block."""

    path: str
    about: str
    takes: str
    values: list[object]
    default: object
    memory: bool
    plugin: str | None
    section: str
    rules: list[str]


class HelpOut(Shape):
    """What the wizard tells of a question."""

    what: str
    cost: str
    axolotl: str
    advice: str
    source: str


class TermOut(Shape):
    """A word of the glossary."""

    name: str
    short: str
    more: str
    see: list[str]


class MeaningOut(RowShape):
    """What a word means. `key` is null where none has the name or takes the value, `term` where it is no word of the
    glossary, `help` where the wizard does not ask for it."""

    word: str
    key: KeyOut | None
    term: TermOut | None
    help: HelpOut | None
    axolotl: str


def meaning_out(word: str, found: WordMeaning, version: Version) -> MeaningOut:
    """A word's meaning as JSON; `found` is no rule's."""
    return MeaningOut(
        word=word,
        key=_key(found.key, found) if found.key is not None else None,
        term=_term(found.term) if found.term is not None else None,
        help=_help(found.topic) if found.topic is not None else None,
        axolotl=str(version),
    )


def _key(key: Key, found: WordMeaning) -> KeyOut:
    return KeyOut(
        path=key.path,
        about=key.about,
        takes=key.wanted(),
        values=list(key.listed),
        default=key.default,
        memory=key.memory,
        plugin=key.plugin,
        section=key.section,
        rules=[rule.code for rule in found.rules],
    )


def _term(term: GlossaryTerm) -> TermOut:
    return TermOut(name=term.name, short=term.short, more=term.more, see=list(term.see))


def _help(topic: Topic) -> HelpOut:
    return HelpOut(what=topic.what, cost=topic.cost, axolotl=topic.axolotl, advice=topic.advice, source=topic.source)
