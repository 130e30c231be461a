"""What a word means, in full and in lines."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.text import in_yaml, narrow, plain
from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import Key
from wizard.knowledge.help import GlossaryTerm, Topic
from wizard.rules.meaning import WordMeaning
from wizard.rules.registry import Rule

_MOST = 12


def meaning_text(found: WordMeaning, version: Version) -> str:
    """A rule as it is written, or the word of the glossary, then the key with what is told of it."""
    if found.rule is None:
        return narrow("\n".join(meaning_lines(found, version)))
    word = "\n\n" + narrow("\n".join(_term(found.term))) if found.term is not None else ""
    return _rule(found.rule) + word


def meaning_lines(found: WordMeaning, version: Version) -> list[str]:
    """The same in lines that are not broken yet; a blank one stands between the parts."""
    parts = [_rule(found.rule).split("\n")] if found.rule is not None else []
    if found.term is not None:
        parts.append(_term(found.term))
    if found.key is not None:
        parts.append(list(_key(found, found.key, version)))
    if found.topic is not None:
        parts.append(list(_topic(found.topic)))
    if found.rules:
        parts.append(list(_rules(found.rules)))
    return [line for part in parts for line in ("", *part)][1:]


def _rule(rule: Rule) -> str:
    """A rule's code, name and text."""
    versions = f"; {rule.versions}" if rule.versions else ""
    return f"{rule.code} {rule.name} ({rule.severity}{versions})\n\n{rule.doc}"


def _term(term: GlossaryTerm) -> list[str]:
    lines = [f"{term.name}: {term.short}", *([term.more] if term.more else [])]
    return [*lines, f"See {', '.join(term.see)}."] if term.see else lines


def _key(found: WordMeaning, key: Key, version: Version) -> Iterator[str]:
    if found.value:
        yield f"{plain(found.value)} is a value of the key {key.path}."
        yield ""
    yield f"{key.path}: a key of a config for Axolotl {version}, under {key.section}"
    if key.about and (found.topic is None or key.about != found.topic.what):
        yield f"  {key.about}"
    yield f"  takes: {key.wanted()}"
    yield f"  without it: {in_yaml(key.default) if key.default is not None else 'not set'}"
    yield f"  memory: {_memory(key)}"
    if key.plugin is not None:
        yield f"  plugin: it counts only beside {key.plugin} under plugins"
    if found.same:
        yield f"  of that name too: {', '.join(found.same)}"


def _memory(key: Key) -> str:
    if not key.memory:
        return "the estimate does not depend on it"
    return "the estimate depends on it" if key.path == key.top else f"the estimate depends on keys of {key.top}"


def _topic(topic: Topic) -> Iterator[str]:
    for heading, text in (
        ("What it is", topic.what),
        ("What it costs", topic.cost),
        ("What Axolotl does with it", topic.axolotl),
        ("What to take", topic.advice),
        ("Source", topic.source),
    ):
        if text:
            yield f"{heading}: {text}"


def _rules(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "Rules that speak of it (`memwizard explain CODE` tells one in full):"
    for rule in rules[:_MOST]:
        yield f"  {rule.code} {rule.name}: {rule.summary}"
    if rest := rules[_MOST:]:
        yield f"  and {len(rest)} more: {', '.join(rule.code for rule in rest)}"
