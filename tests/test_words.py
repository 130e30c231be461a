"""The words of the code: which layer may speak of the command line, and that a name means one thing."""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

from wizard.cli import COMMANDS

WIZARD = Path(__file__).parents[1] / "wizard"
PURE = (
    *("domain", "knowledge", "axolotl", "memory", "rules", "fit", "data", "questions", "session"),
    *("output/launch", "output/yaml.py", "output/reasons.py", "output/sarif.py", "review.py"),
)


def trees(*places: str) -> Iterator[tuple[str, ast.Module]]:
    """Each file below these places of wizard/, by its name there."""
    for place in places:
        found = WIZARD / place
        for path in sorted(found.rglob("*.py")) if found.is_dir() else [found]:
            yield str(path.relative_to(WIZARD)), ast.parse(path.read_text(encoding="utf-8"))


def options(command: click.Command) -> Iterator[str]:
    """The long options of a command and of those below it."""
    for one in command.params:
        yield from (word for word in (*one.opts, *one.secondary_opts) if word.startswith("--"))
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from options(below)


def test_pure_code_does_not_speak_of_the_command_line() -> None:
    """It is called by the screen and by other programs too: what it says, a face completes with its own words.

    `--output=` and the like are options of other programs, in the files that start them.
    """
    ours = {word for name in COMMANDS for word in options(importlib.import_module(f"wizard.cli.{name}").command)}
    told = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(ours))})(?![\w=-])|`memwizard [a-z-]")
    said = [
        f"{name}:{node.lineno}: {found[0]}"
        for name, tree in trees(*PURE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := told.search(node.value))
    ]
    assert said == []


def test_every_class_has_a_name_of_its_own() -> None:
    places = defaultdict(list)
    for name, tree in trees("."):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{name}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_settings_are_not_called_a_plan() -> None:
    """A plan is what a person wrote, settings (`Effective`) are what Axolotl makes of it."""
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in trees(".")
        for node in ast.walk(tree)
        if isinstance(node, (ast.arg, ast.AnnAssign))
        and (node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)) == "plan"
        and node.annotation is not None
        and "Effective" in ast.unparse(node.annotation)
    ]
    assert wrong == []


ONE_WORD = {
    r"cheapest changes?": "could save",
    r"would save (?:memory|most)": "could save",
    r"most at:": "worst at",
    r"worst phase:": "worst at",
    r"worst at:": "worst at",
}
"""What is not said, since the word beside it says the same idea: on the screen, in lines, in commands and docs."""
_SPOKEN = ("ui", "plain", "cli", "output", "session", "questions")


def test_one_word_for_one_idea() -> None:
    said = dict(_spoken())
    wrong = [
        f"{place}: {found[0]!r} is said as {word!r}"
        for place, text in said.items()
        for pattern, word in ONE_WORD.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]
    assert wrong == []
    for word in set(ONE_WORD.values()):
        assert any(word in text.lower() for text in said.values()), word


def _spoken() -> Iterator[tuple[str, str]]:
    """Every text of the faces but docstrings, and every page of the docs that a person wrote."""
    for name, tree in trees(*_SPOKEN):
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                yield f"{name}:{node.lineno}:{node.col_offset}", node.value
    for page in (WIZARD.parent / "README.md", *sorted((WIZARD.parent / "docs").glob("*.md"))):
        yield page.name, page.read_text(encoding="utf-8")
