"""A person's config file, read into a plan and checked for types."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.domain.values import number
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.settings import positive
from wizard.world.yamlfile import Document, parse, read_text


def read_plan(path: str) -> Plan:
    """The plan in a file (`-` for stdin). Raises InputError, with file and line, for what is not a config."""
    return plan_of(read_text(path), "<stdin>" if path == "-" else path)


def plan_of(text: str, name: str) -> Plan:
    """The plan in a text. Raises InputError where it is no mapping or a value has a wrong type."""
    return plan_from(parse(text, name), name)


def plan_from(document: Document, name: str) -> Plan:
    """The plan in a document. Raises InputError where a value has a wrong type."""
    for key, value in document.values.items():
        field = find(key)
        if field is not None and not field.accepts(value):
            shown = repr(value) if len(repr(value)) < 40 else f"a {type(value).__name__}"
            message = f"`{key}` is {shown}, but takes {field.wanted()}"
            raise InputError(message, file=name, line=document.lines.get(key))
    for key in positive():
        value = document.values.get(key)
        if value is not None and number(value, 1.0) < 1:
            raise InputError(f"`{key}` is {value}, but must be 1 or more", file=name, line=document.lines.get(key))
    return Plan(document.values, name, document.lines, where=document.where)


def folder_of(path: str) -> Path:
    """The folder that a config's relative paths start from."""
    if path in ("-", "<stdin>"):
        return Path.cwd()
    if os.path.islink(path):
        return Path(path).resolve().parent
    return _resolved(os.path.dirname(os.path.join(os.getcwd(), path)))


@lru_cache(maxsize=256)
def _resolved(folder: str) -> Path:
    """A folder without links, looked up once for all the files in it."""
    return Path(folder).resolve()
