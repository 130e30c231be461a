"""The file of a topic: for each rule its neighbours, those with one outcome on one line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule

FOLDER = Path(__file__).parents[2] / "tests" / "rules" / "neighbours"
HEAD = "# Written by `python -m scripts.neighbours`: what each rule says when one setting of its examples is another.\n"
AS_IT_IS = "as it is"
_GONE = "absent"
_TO = " -> "


@dataclass(frozen=True)
class Line:
    """Values of one key that have one outcome. `base`: the number of the example, from 0."""

    base: int
    key: str
    values: tuple[object, ...]
    outcome: str

    def written(self) -> str:
        """As it stands in the file."""
        values = ", ".join(_GONE if one is REMOVE else json.dumps(one) for one in self.values)
        what = f"{self.key} = {values}" if self.values else AS_IT_IS
        return f"  {self.base + 1}: {what}{_TO}{self.outcome}"


def read_line(text: str) -> Line:
    """What `Line.written` wrote."""
    begin, _, outcome = text.rpartition(_TO)
    base, _, what = begin.strip().partition(": ")
    if what == AS_IT_IS:
        return Line(int(base) - 1, "", (), outcome)
    key, _, values = what.partition(" = ")
    return Line(int(base) - 1, key, tuple(_values(values)), outcome)


def _values(text: str) -> Iterator[object]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text.startswith(_GONE, at):
            value, at = REMOVE, at + len(_GONE)
        else:
            value, at = decoder.raw_decode(text, at)
        yield value
        at += len(", ")


def grouped(tried: Iterable[tuple[int, str, object, str]]) -> Iterator[Line]:
    """Lines of single neighbours: base, key, value, outcome."""
    found: dict[tuple[int, str, str], list[object]] = {}
    for base, key, value, outcome in tried:
        values = found.setdefault((base, key, outcome), [])
        if key:
            values.append(value)
    for (base, key, outcome), values in found.items():
        yield Line(base, key, tuple(values), outcome)


def recorded(topic: str, folder: Path = FOLDER) -> dict[str, tuple[Line, ...]]:
    """The lines of each rule of a topic, by its code; empty where there is no file yet."""
    path, found, code = folder / f"{topic}.txt", dict[str, list[Line]](), ""
    for text in path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else ():
        if text.startswith(" "):
            found[code].append(read_line(text))
        else:
            code = text.partition(" ")[0]
            found[code] = []
    return {code: tuple(lines) for code, lines in found.items()}


def page(rules: Iterable[Rule], lines: Mapping[str, Iterable[Line]]) -> str:
    """The whole file."""
    parts = [HEAD]
    for rule in rules:
        parts.append(f"{rule.code} {rule.name}\n")
        parts += [f"{line.written()}\n" for line in lines[rule.code]]
    return "".join(parts)
