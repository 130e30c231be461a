"""What the catalogue of rules is written from: the rules' files, each held to its name and its topic's codes."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import wizard.rules
from wizard.rules.entry import CatalogueError, Entry, ordered
from wizard.rules.registry import Rule

FOLDER = Path(wizard.rules.__file__).parent
CATALOGUE = FOLDER / "_catalogue_generated.py"
COMMAND = "python -m scripts.rules"
HUNDREDS = {
    "allocation": 1,
    "batch": 1,
    "precision": 2,
    "adapters": 3,
    "quantization": 3,
    "attention": 4,
    "packing": 4,
    "checkpointing": 5,
    "kernels": 5,
    "optimizer": 5,
    "sharding": 6,
    "evaluation": 7,
    "preference": 7,
    "file": 8,
    "fit": 9,
}
"""Where the codes of a topic begin: those of `batch` are MW1xx."""

_HEAD = f'''"""Every rule, in the order of their codes. Written by `{COMMAND}`: change their files, not this."""

from __future__ import annotations

from wizard.rules.entry import Entry

WRITTEN: tuple[Entry, ...] = (
'''


def read() -> tuple[Rule, ...]:
    """Every rule as its file has it, in the order of the codes. Raises CatalogueError for one that breaks the order."""
    rules = [_only(path) for path in sorted(FOLDER.glob("*/*.py")) if not path.name.startswith("_")]
    by_code = {rule.code: rule for rule in rules}
    return tuple(by_code[entry.code] for entry in ordered(rule.entry for rule in rules))


def _only(path: Path) -> Rule:
    name = f"{path.parent.name}.{path.stem}"
    return only_rule(
        f"wizard/rules/{path.parent.name}/{path.name}", vars(importlib.import_module(f"wizard.rules.{name}"))
    )


def only_rule(file: str, defined: Mapping[str, object]) -> Rule:
    """The one rule among what a file defines. Raises CatalogueError where there is another number, or another name."""
    rules = {name: value for name, value in defined.items() if isinstance(value, Rule)}
    if len(rules) != 1:
        codes = ", ".join(rule.code for rule in rules.values()) or "none"
        raise CatalogueError(f"{file} must define one rule, and defines {codes}")
    ((function, rule),) = rules.items()
    if (rule.entry.file, rule.entry.function) != (file, function):
        raise CatalogueError(f"{file} defines {function} as {rule.name}: call file and function {rule.entry.function}")
    return rule


def text(rules: tuple[Rule, ...]) -> str:
    """The generated module: a line for each ten codes."""
    tens = groupby((rule.entry for rule in rules), lambda entry: entry.code[:-1])
    return "".join([_HEAD, *(f"    {', '.join(map(_row, entries))},\n" for _, entries in tens), ")\n"])


def _row(entry: Entry) -> str:
    keys = ", ".join(json.dumps(key) for key in entry.keys) + "," * (len(entry.keys) == 1)
    return f'Entry("{entry.code}", "{entry.topic}", "{entry.name}", ({keys}))'


def write() -> tuple[Rule, ...]:
    """Write the module; gives the rules in it."""
    rules = read()
    CATALOGUE.write_text(text(rules), encoding="utf-8")
    return rules
