"""What a word means, whatever it is: a rule, a key of a config, a word of the glossary, a question of the wizard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from wizard.domain.errors import InputError
from wizard.domain.nearest import nearest
from wizard.domain.text import plain
from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import ENTRY, Key, find_key, keys
from wizard.knowledge.help import GlossaryTerm, Topic, glossary, topics
from wizard.rules.catalogue import ENTRIES, every_rule, find, load
from wizard.rules.registry import Rule

_BETWEEN = re.compile(r"[\s_-]+")
_AS_NEAR = 0.85
"""Of the kinds, those are named whose nearest word is at least so near as the nearest of all."""


@dataclass(frozen=True, slots=True)
class WordMeaning:
    """All that a word means; at least one part is there.

    `rule`: it is the code or the name of one. `same`: other keys whose last part is that of `key`. `value`: the word is
    one that `key` takes. `rules`: those that speak of `key`.
    """

    rule: Rule | None = None
    key: Key | None = None
    same: tuple[str, ...] = ()
    value: str = ""
    topic: Topic | None = None
    term: GlossaryTerm | None = None
    rules: tuple[Rule, ...] = ()


def meaning(word: str, version: Version) -> WordMeaning:
    """What it means in this Axolotl. Raises InputError with what is near among rules, keys and words."""
    if (rule := _rule(word)) is not None:
        return WordMeaning(rule=rule, term=_term(rule.name))
    asked = _asked(word)
    key, same, value = _key(word, asked, version)
    if key is not None and asked is None:
        asked = next((one for one in topics().values() if _same(one.field, _plain_path(key))), None)
    term = _term(word) or (_term(key.path) if key is not None and not value else None)
    if key is None and term is None and asked is None:
        raise InputError(f"no rule, key or word is called '{plain(word)}'.{_near(word, version)}")
    return WordMeaning(
        None, key, same, value, None if value else asked, term, _speaking(key) if key is not None else ()
    )


def words(version: Version) -> list[str]:
    """Every word that means something: rules by code and name, keys, the glossary."""
    return [name for _, names in _kinds(version) for name in names]


def _flat(word: str) -> str:
    """However its parts are joined: `sample_packing`, `sample-packing` and `Sample packing` are one."""
    return _BETWEEN.sub("_", word.strip().casefold())


def _same(one: str, other: str) -> bool:
    return bool(one) and _flat(one) == _flat(other)


def _rule(word: str) -> Rule | None:
    try:
        return load(find(word))
    except InputError:
        return None


def _asked(word: str) -> Topic | None:
    return topics().get(_flat(word)) if word.strip() else None


def _term(word: str) -> GlossaryTerm | None:
    return next((one for one in glossary() if _same(one.name, word)), None)


def _plain_path(key: Key) -> str:
    return key.path.replace(ENTRY, "")


def _key(word: str, asked: Topic | None, version: Version) -> tuple[Key | None, tuple[str, ...], str]:
    """The key of this name, of this last part, that a question asks for, or that takes this value."""
    flat = _flat(word)
    exact = find_key(word.strip(), version) or find_key(flat, version)
    if exact is not None:
        return exact, (), ""
    ways = [one for one in keys(version) if flat and one.plugin is None
            and flat in (_plain_path(one), one.path.rpartition(".")[2])]  # fmt: skip
    if asked is not None and asked.field:
        ways = [one for one in keys(version) if _plain_path(one) == asked.field]
    if ways:
        return ways[0], tuple(one.path for one in ways[1:]), ""
    takes = [one for one in keys(version) if "." not in one.path and word.strip().lower() in map(str, one.listed)]
    return (takes[0], (), word.strip().lower()) if takes and word.strip() else (None, (), "")


def _speaking(key: Key) -> tuple[Rule, ...]:
    """The rules that are asked for its sake, and those that name it in what they check."""
    named = re.compile(rf"(?<![\w.]){re.escape(_plain_path(key))}(?!\w)")
    top = key.top if key.top == key.path else ""
    return tuple(
        rule for rule in every_rule()
        if top in rule.keys or named.search(f"{rule.summary}\n{rule.sections.get('What it checks', '')}")
    )  # fmt: skip


def _kinds(version: Version) -> Iterable[tuple[str, list[str]]]:
    yield "rule", [name for entry in ENTRIES for name in (entry.code, entry.name)]
    yield "key", [one.path for one in keys(version)]
    yield "word", [one.name for one in glossary()]


def _near(word: str, version: Version) -> str:
    """`" Did you mean the key 'x' or the word 'y'?"`: the nearest of each kind, those that are near."""
    flat = word.strip().lower()
    met = [(kind, found) for kind, names in _kinds(version) if (found := nearest(flat, names)) is not None]
    if not flat or not met:
        return ""
    score = {found: SequenceMatcher(None, flat, found.lower()).ratio() for _, found in met}
    best = max(score.values())
    near = sorted((one for one in met if score[one[1]] >= best * _AS_NEAR), key=lambda one: -score[one[1]])
    said = [f"the {kind} '{found}'" for kind, found in near]
    return f" Did you mean {', '.join(said[:-1])}{' or ' if said[1:] else ''}{said[-1]}?"
