"""Another trainer's settings, from YAML, JSON, a command line, or the calls of a Python script: nothing is executed."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator

import yaml

from wizard.domain.errors import InputError
from wizard.world.yamlfile import parse, read_text

_CALLS = ("from_pretrained", "get_peft_model", "Config", "Arguments", "Trainer")
_OPTION = re.compile(r"--([A-Za-z][\w.-]*)(?:=(.*))?$", re.DOTALL)


def read_settings(path: str) -> dict[str, object]:
    """The settings in a file (`-`: stdin). Raises InputError where it has none."""
    text = read_text(path)
    name = "<stdin>" if path == "-" else path
    if path.endswith(".py"):
        return dict(_of_script(text, name))
    if path.endswith(".sh") or re.search(r"(^|\s)--[A-Za-z]\w*(\s|=)", text):
        return dict(_of_command(text, name))
    return parse(text, name).values


def _of_command(text: str, name: str) -> Iterator[tuple[str, object]]:
    """The options of a command line, comments left out; one without value is true."""
    try:
        words = shlex.split(text.replace("\\\n", " "), comments=True)
    except ValueError as error:
        raise InputError(f"not a command line: {error}", file=name) from None
    found: dict[str, list[str] | None] = {}
    last = None
    for word in words:
        option = _OPTION.match(word)
        if option is not None:
            last = option[1].replace("-", "_")
            found[last] = None if option[2] is None else [option[2]]
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


def _of_script(text: str, name: str) -> Iterator[tuple[str, object]]:
    """The keyword arguments that are plain values, of the calls that set up a training."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise InputError("not a Python script that can be read", file=name, line=line) from None
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "load_dataset" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield "dataset", first.value
        if not isinstance(node, ast.Call) or not _called(node).endswith(_CALLS):
            continue
        for keyword in node.keywords:
            value = keyword.value
            value = named.get(value.id, value) if isinstance(value, ast.Name) else value
            try:
                plain = ast.literal_eval(value)
                json.dumps(plain)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue  # an object: a tokenizer, a data set
            if keyword.arg is not None:
                yield keyword.arg, plain


def _called(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
