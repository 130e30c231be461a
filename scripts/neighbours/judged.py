"""The neighbours of the rules that quote Axolotl, put to its real validator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from scripts.neighbours.around import cases
from scripts.neighbours.outcome import AXOLOTL, MACHINE, Case, change
from scripts.neighbours.record import Line, recorded
from tests.axolotl.real import judge
from tests.conformance.compare import MISSING
from tests.rules.examples import Example, examples
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.fields import Field
from wizard.knowledge.axolotl.keys import find_key
from wizard.knowledge.axolotl.versions import newest
from wizard.review import review
from wizard.rules.registry import Rule

_AT_ONCE = 250


@dataclass(frozen=True)
class Asked:
    """One neighbour as a whole config."""

    rule: Rule
    example: Example
    says: str
    values: Mapping[str, object]
    case: Case


def disagreements(rules: Iterable[Rule]) -> Iterator[str]:
    """Where a rule says that Axolotl refuses what it takes, or none of ours says so of what it refuses."""
    groups = defaultdict[Any, list[Asked]](list)
    with TemporaryDirectory() as held:
        folder = Path(held)
        for one in (asked for rule in rules if rule.quotes for asked in _asked(rule, folder)):
            groups[one.example.axolotl, one.example.capabilities].append(one)
        for (version, capabilities), group in groups.items():
            for start in range(0, len(group), _AT_ONCE):
                part = group[start : start + _AT_ONCE]
                answers = judge(*_written(part, folder), version=version, **dict(capabilities))
                for one, answer in zip(part, answers, strict=True):
                    yield from _differs(one, answer["errors"])


def _differs(one: Asked, errors: Sequence[str]) -> Iterator[str]:
    refuses = [found for found in one.case.asked(one.rule) if found.severity == "error" and found.quoted]
    if refuses and not errors:
        yield f"{one.rule.code} {one.says}: {refuses[0].message}; Axolotl takes it"
    elif errors and not any(text.startswith(MISSING) for text in errors):  # a package is not here
        found = review(one.case.plan, one.case.model, one.case.machine, one.case.heads).findings
        if not any(told.severity == "error" for told in found):
            yield f"{one.rule.code} {one.says}: no rule refuses it; Axolotl says {errors[0]:.150}"


def _asked(rule: Rule, folder: Path) -> Iterator[Asked]:
    """Of each line one value that the field takes: of others the rule on wrong values speaks."""
    bases, every = cases(rule, folder), examples(rule)
    for line in recorded(rule.topic).get(rule.code, ()):
        value = next(filter(_fits(line), line.values), None)
        if line.key in (MACHINE, AXOLOTL) or (line.values and value is None):
            continue
        example, base = every[line.base], bases[line.base]
        new = change({**example.whole, **base.plan.values}, line.key, value) if line.key else {}
        values = {key: one for key, one in {**example.whole, **new}.items() if one is not REMOVE}
        gone = {key: REMOVE for key in base.plan.values if key not in values}
        plan = base.plan.changed({**gone, **values})
        says = f"{line.base + 1}: {line.key} = {'absent' if value is REMOVE else value!r}"
        yield Asked(rule, example, says, values, Case(plan, base.machine, base.heads))


def _fits(line: Line) -> Callable[[object], bool]:
    key = find_key(line.key, newest()) if line.key else None
    field = Field(line.key, key.types, key.listed) if key is not None else None

    def fits(value: object) -> bool:
        known = field is None or field.accepts(value)
        return value is REMOVE or (value is not None and value != "other" and known)

    return fits


def _written(part: Sequence[Asked], folder: Path) -> list[Path]:
    paths = [folder / f"{number}-{one.rule.code}.yml" for number, one in enumerate(part)]
    for path, one in zip(paths, part, strict=True):
        path.write_text(yaml.safe_dump(dict(one.values), sort_keys=False), encoding="utf-8")
    return paths
