"""Writes what is recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.neighbours.around import around, cases
from scripts.neighbours.outcome import changed
from scripts.neighbours.record import FOLDER, Line, page, recorded
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule


def topics() -> Iterator[tuple[str, list[Rule]]]:
    """The rules of each topic, in the order of their codes."""
    for topic, rules in groupby(sorted(every_rule(), key=lambda one: (one.topic, one.code)), lambda one: one.topic):
        yield topic, list(rules)


def write(only: Collection[str] = (), *, new_alone: bool = False, look: bool = False) -> list[str]:
    """Record these rules, or all; the codes of those of which another thing is recorded now.

    `new_alone`: only those of which there is nothing. `look`: write nothing.
    """
    differ = list[str]()
    for topic, rules in topics():
        before, now = recorded(topic), dict[str, tuple[Line, ...]]()
        for rule in filter(_is_filled_in, rules):
            kept = rule.code in before and (new_alone or (bool(only) and rule.code not in only))
            now[rule.code] = before[rule.code] if kept else recorded_now(rule)
            differ += [rule.code] if now[rule.code] != before.get(rule.code) else []
        if not look:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{topic}.txt").write_text(
                page([rule for rule in rules if rule.code in now], now), encoding="utf-8"
            )
    return differ


def _is_filled_in(rule: Rule) -> bool:
    return "TODO" not in f"{rule.doc}{sorted(rule.keys)}"


def recorded_now(rule: Rule) -> tuple[Line, ...]:
    """What would be recorded of it."""
    with TemporaryDirectory() as held:
        return around(rule, Path(held))


def said(rule: Rule) -> Iterator[str]:
    """Its lines with whole findings, of the first value of each, for a person to read."""
    with TemporaryDirectory() as held:
        bases = cases(rule, Path(held))
        for line in around(rule, Path(held)):
            base = bases[line.base]
            yield line.written()
            for one in (changed(base, line.key, line.values[0]) if line.values else base).asked(rule):
                yield f"        {one.message}" + (f" [{one.offer}]" if one.offer is not None else "")
