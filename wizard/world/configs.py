"""A person's config file, read into a plan and checked for types."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.domain.templates import unfilled
from wizard.domain.text import quoted
from wizard.domain.values import number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.settings import looked_at, positive, read
from wizard.knowledge.axolotl.versions import of_plan
from wizard.world.namedfiles import named_files
from wizard.world.yamlfile import Document, parse, read_text


def read_plan(path: str, axolotl: Version | None = None) -> Plan:
    """The plan in a file (`-` for stdin). Raises InputError, with file and line, for what is not a config.

    `axolotl`: the version that it is for; None: the newest known.
    """
    return plan_of(read_text(path), "<stdin>" if path == "-" else path, axolotl)


def plan_of(text: str, name: str, axolotl: Version | None = None, *, every: bool = False) -> Plan:
    """The plan in a text. Raises InputError where it is no mapping or a value that counts has a wrong type.

    `every`: all values count, not only those that memory follows from.
    """
    return plan_from(parse(text, name), name, axolotl, every=every)


def plan_from(document: Document, name: str, axolotl: Version | None = None, *, every: bool = False) -> Plan:
    """The plan in a document. Raises InputError where a value that counts has a wrong type, or is not filled in."""
    for key, template in unfilled(document.values).items():
        if key in read():
            message = f"`{key}` holds the template {template}, which nothing has filled in: render the file first"
            raise InputError(message, file=name, line=document.lines.get(key))
    plan = written(document, name, axolotl)
    for key, value in document.values.items():
        field = find(key, of_plan(plan)) if every or key in looked_at() else None
        if field is not None and not field.accepts(value):
            shown = quoted(value) if len(quoted(value)) < 40 else f"{quoted(value)[:39]}…"
            message = f"`{key}` is {shown}, but takes {field.wanted()}"
            raise InputError(message, file=name, line=document.lines.get(key))
    for key in positive():
        value = document.values.get(key)
        if value is not None and number(value, 1.0) < 1:
            raise InputError(f"`{key}` is {value}, but must be 1 or more", file=name, line=document.lines.get(key))
    return plan


def written(document: Document, name: str, axolotl: Version | None = None) -> Plan:
    """The plan in a document, whatever its values are, with the JSON files that it names."""
    files = {} if name == "<stdin>" else named_files(document.values, folder_of(name))
    return Plan(document.values, name, document.lines, axolotl, document.repeated, files, document.where)


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
