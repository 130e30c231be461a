"""Writes a plan as YAML in the order people read, each decided line with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from wizard import __version__
from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.domain.spelled import Spelled, represent
from wizard.domain.text import plain
from wizard.domain.units import gib
from wizard.knowledge.axolotl.versions import of_plan
from wizard.knowledge.layout import place, section_of, sections
from wizard.output.reasons import reasons
from wizard.review import Review

COLUMN = 44
"""Where the comments begin."""


class _PlanDumper(yaml.SafeDumper):
    """Block style, lists indented under their key, no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


class _FlowDumper(yaml.SafeDumper):
    """Everything on one line."""


for _dumper in (_PlanDumper, _FlowDumper):
    _dumper.add_representer(Spelled, represent)


def document(review: Review) -> str:
    """The whole file: a head that says what it is for, then sections, then the person's other keys."""
    why = reasons(review)
    parts = [_head(review)]
    for title, names in _ordered(review.plan.values):
        lines = [_line(name, review.plan.values[name], why.get(name)) for name in names]
        parts.append(f"# {title}\n" + "".join(lines))
    return "\n".join(parts)


def faithful(text: str, plan: Plan) -> str:
    """The text, once it was read back. Raises InputError where YAML reads it as another plan than it was made of."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError("a value can't be written so that YAML reads it back; nothing is written") from None
    for key, value in plan.values.items():
        if key not in found or not _same(found[key], value):
            raise InputError(f"{key} can't be written so that YAML reads the same value back; nothing is written")
    if len(found) != len(plan.values):
        raise InputError("a value can't be written so that YAML reads it back; nothing is written")
    return text


def _same(found: object, value: object) -> bool:
    if isinstance(value, Mapping) and isinstance(found, Mapping):
        return len(found) == len(value) and all(key in found and _same(found[key], one) for key, one in value.items())
    if isinstance(value, (list, tuple)) and isinstance(found, list):
        return len(found) == len(value) and all(map(_same, found, value))
    if isinstance(value, Spelled):
        value = float(value)
    return type(found) is type(value) and (found == value or repr(found) == repr(value))  # nan is not nan


def _ordered(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The keys under the titles of their sections; those of no section come last, in their own order."""
    last = (len(sections()), 0)
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda one: place(one) or last):
        found.setdefault(section_of(name) or "Everything else", []).append(name)
    return list(found.items())


def comments(review: Review) -> dict[str, str]:
    """What is said in the file of this review: its head under an empty name, and why a key is as it is."""
    return {"": _head(review), **reasons(review)}


def refreshed(text: str, told: Mapping[str, str], review: Review) -> str:
    """A text with those of our comments in it brought up to date that a person has left as they were."""
    now = comments(review)
    for name, says in told.items():
        if not name:
            text = text.replace(says, now[""], 1)
            continue
        line = re.search(rf"^{re.escape(name)}:.*?(\s*)(# {re.escape(says)})$", text, re.MULTILINE)
        if line is not None and name in now:
            text = f"{text[: line.start(2)]}# {now[name]}{text[line.end(2) :]}"
        elif line is not None:
            text = text[: line.start(1)] + text[line.end(2) :]
    return text


def written(values: Mapping[str, object]) -> str:
    """Some keys as they would stand in a file."""
    return "".join(_line(name, value) for name, value in values.items())


def flow(value: object) -> str:
    """A value on one line, as YAML has it."""
    text = yaml.dump(value, Dumper=_FlowDumper, default_flow_style=True, width=10**9, allow_unicode=True)
    return str(text).strip().removesuffix("...").strip()


def _head(review: Review) -> str:
    lines = [f"Written by memwizard {__version__} for Axolotl {of_plan(review.plan)}.", needs(review)]
    return "".join(f"# {plain(line)}\n" for line in lines if line)


def needs(review: Review) -> str:
    """What the head of a file says of the memory; empty where that is not known."""
    estimate = review.estimate
    if estimate is None:
        return ""
    need = estimate.device
    where = f" on {plain(review.machine.title)}" if review.machine and review.machine.gpus else ""
    each = " per GPU" if review.effective.sharding.gpus > 1 else ""
    spread = f"({gib(need.low)} to {gib(need.high)})"
    return f"Needs about {gib(need.likely)}{each}{where} {spread}, worst at {estimate.worst_phase}."


def _line(name: str, value: object, why: str | None = None) -> str:
    text = _dump(name, value)
    if why is None:
        return text
    first, newline, rest = text.partition("\n")
    if rest and isinstance(value, str):  # a comment inside a text would be text
        return f"# {plain(why)}\n{text}"
    return f"{first:<{COLUMN}}  # {plain(why)}{newline}{rest}"


def _dump(name: str, value: object) -> str:
    """One key as YAML, in escapes where it has characters that PyYAML would not read back (U+0085, ...)."""
    form: dict[str, Any] = {"Dumper": _PlanDumper, "default_flow_style": False, "sort_keys": False, "width": 10**9}
    return str(yaml.dump({name: value}, allow_unicode=_readable([name, value]), **form))


def _readable(value: object) -> bool:
    """Whether every text in a value is of printable characters."""
    if isinstance(value, str):
        return all(character.isprintable() or character == "\n" for character in value)
    if isinstance(value, Mapping):
        return all(_readable(part) for pair in value.items() for part in pair)
    return all(map(_readable, value)) if isinstance(value, (list, tuple)) else True
