"""The neighbours of a rule's examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from scripts.neighbours.outcome import AXOLOTL, MACHINE, Case, case, change, changed, outcome, steps
from scripts.neighbours.reads import reads
from scripts.neighbours.record import Line, grouped
from scripts.neighbours.values import constants, near
from tests.rules.examples import examples
from wizard.axolotl.effective import effective
from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.axolotl.keys import find_key
from wizard.knowledge.axolotl.settings import read
from wizard.knowledge.axolotl.versions import newest
from wizard.rules.registry import Rule

MOST = 60
"""Lines of a rule."""
Tried = tuple[int, str, object, str]
_PLAN: Mapping[str, object] = {
    "base_model": "Qwen/Qwen3-30B-A3B", "adapter": "lora", "lora_r": 8, "micro_batch_size": 2, "sequence_len": 2048,
    "val_set_size": 0.1,
}  # fmt: skip


def cases(rule: Rule, folder: Path) -> dict[int, Case]:
    """The examples that can be read, by their numbers."""
    found = {}
    for number, example in enumerate(examples(rule)):
        try:
            found[number] = case(example, folder)
        except InputError:
            continue
    return found


def around(rule: Rule, folder: Path) -> tuple[Line, ...]:
    """All of them, with what is heard."""
    bases, tried = cases(rule, folder), list[Tried]()
    for number, base in bases.items():
        tried.append((number, "", None, outcome(rule, base)))
        tried += [(number, key, value, outcome(rule, other)) for key, value, other in _others(rule, base)]
    return bounded(list(grouped(tried)))


def bounded(lines: Sequence[Line]) -> tuple[Line, ...]:
    """At most MOST: each example as it is, then the keys whose value matters; of the others those of the first ones."""
    plain = {line.base: line.outcome for line in lines if not line.values}
    matters = {(line.base, line.key) for line in lines if line.outcome != plain[line.base]}
    nth = Counter[int]()

    def rank(line: Line) -> tuple[int, int]:
        nth[line.base] += 1
        return (0 if not line.values else 1 if (line.base, line.key) in matters else 2), nth[line.base]

    ranked = sorted((rank(line), number) for number, line in enumerate(lines))
    return tuple(lines[number] for number in sorted(number for _, number in ranked[:MOST]))


def _others(rule: Rule, base: Case) -> Iterator[tuple[str, object, Case]]:
    beside = constants(rule)
    for key in _keys(rule, base):
        for value in near(key, _at(base, key), beside, newest()):
            try:
                yield key, value, changed(base, key, value)
            except (KeyError, IndexError, TypeError, AttributeError):  # the block around it is none
                continue


def _keys(rule: Rule, base: Case) -> list[str]:
    """What to change: first what stands there, in its order, then what else is read."""
    noted = set(rule.keys) | reads(rule, base)
    for key in [one for one in sorted(noted) if _is_block(one) and _at(base, one) is REMOVE]:
        noted |= reads(rule, changed(base, key, {}))
    named = {key for key in noted if not key.startswith("effective.")}
    for asked in noted - named:
        named |= _behind().get(asked.removeprefix("effective."), frozenset())
    own = [key for key in base.plan.values if key in named or len(base.plan.values) < 12]
    named |= {path for key in own for path in _inside(key, base.plan.values[key])}
    inner = sorted(key for key in named if len(steps(key)) > 1)
    rest = sorted(named - {*own, *inner, MACHINE, AXOLOTL})
    return [*own, *inner, *rest, *sorted(named & {MACHINE, AXOLOTL})]


def _is_block(key: str) -> bool:
    field = find_key(key, newest())
    return field is not None and "object" in field.types


def _inside(path: str, value: object) -> Iterator[str]:
    """The paths of what a block or a list of blocks holds."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield f"{path}.{key}"
            yield from _inside(f"{path}.{key}", one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _inside(f"{path}[{number}]", one)


def _at(base: Case, key: str) -> object:
    if key in (MACHINE, AXOLOTL):
        return REMOVE
    if key in base.plan.values:
        return base.plan.values[key]
    here: object = base.plan.values
    for step in steps(key):
        try:
            here = here[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return REMOVE
    return here


@cache
def _behind() -> Mapping[str, frozenset[str]]:
    """The keys that each of the settings follows, as far as one change of a plain plan tells."""
    found: dict[str, set[str]] = {}
    for base in (Plan(_PLAN), Plan({**_PLAN, "adapter": None}), Plan({**_PLAN, "rl": "dpo"})):
        begun = _settings(base)
        for key in sorted(read()):
            for value in near(key, base.values.get(key, REMOVE), ((), ()), newest()):
                for name, other in _settings(base.changed(change(base.values, key, value))).items():
                    if other != begun[name]:
                        found.setdefault(name, set()).add(key)
    return {name: frozenset(keys) for name, keys in found.items()}


def _settings(plan: Plan) -> dict[str, object]:
    made = effective(plan, None, Machine())
    names = [*made._fields, "row", "answer", "answers", "sequences", "tokens", "eval_tokens"]
    return {name: getattr(made, name) for name in names}
