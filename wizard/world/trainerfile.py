"""Another trainer's settings, from YAML, JSON, a command line, or the calls of a Python script: nothing is executed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import yaml

from wizard.domain.errors import InputError
from wizard.world.trainerscript import of_notebook, of_script
from wizard.world.yamlfile import parse, read_text

_OPTION = re.compile(r"--([A-Za-z][\w.-]*)(?:=(.*))?$", re.DOTALL)
_HAS_OPTIONS = re.compile(r"(?m)^(?!\s*#).*?(^|\s)--[A-Za-z]\w*(\s|=|$)")
"""A comment may have them too: many files begin with the command that they are for."""
_SCRIPT = re.compile(r"(?:.*/)?([a-z]+)(?:\.py)?")


def read_settings(path: str) -> dict[str, object]:
    """The settings in a file (`-`: stdin). Raises InputError where it has none."""
    text = read_text(path)
    name = "<stdin>" if path == "-" else path
    if path.endswith(".py"):
        return of_script(text, name)
    if path.endswith(".ipynb"):
        return of_notebook(text, name)
    written = path.endswith((".yaml", ".yml", ".json"))
    if path.endswith(".sh") or (not written and _HAS_OPTIONS.search(text)):
        return dict(_of_command(text, name))
    return parse(text, name).values


def _of_command(text: str, name: str) -> Iterator[tuple[str, object]]:
    """The options of a command line, comments left out; one without value is true.

    `trainer`: what `trl` is told to be, or which of its scripts is run.
    """
    try:
        words = shlex.split(text.replace("\\\n", " "), comments=True)
    except ValueError as error:
        raise InputError(f"not a command line: {error}", file=name) from None
    found: dict[str, list[str] | None] = {}
    last = None
    for before, word in zip(["", *words], words, strict=False):
        option = _OPTION.match(word)
        if option is not None:
            last = option[1].replace("-", "_")
            found[last] = None if option[2] is None else [option[2]]
        elif before == "trl" or re.search(r"\btrl/.*\.py$", word):
            script = _SCRIPT.fullmatch(word)
            found |= {"trainer": [script[1]]} if script is not None else {}
            last = None
        elif last is not None:
            found[last] = [*(found[last] or []), word]
    for key, values in found.items():
        typed = [_typed(one) for one in values or ()]
        yield key, True if values is None else typed[0] if len(typed) == 1 else typed


def _typed(word: str) -> object:
    try:
        read = yaml.safe_load(word)
    except yaml.YAMLError:
        return word
    try:
        return float(word) if isinstance(read, str) and re.fullmatch(r"[\d.]+[eE][+-]?\d+", word) else read
    except ValueError:
        return word
