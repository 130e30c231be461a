"""The JSON files that a config names: that of `deepspeed`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.named import NamedFile
from wizard.domain.templates import unfilled
from wizard.world.jsonfile import parse_object
from wizard.world.yamlfile import parse, read_text

_KEYS = ("deepspeed",)


def named_files(values: Mapping[str, object], folder: Path) -> dict[str, NamedFile]:
    """What was read of them, by the path as it is written; looked for from here, then from the config's folder."""
    paths = (values.get(key) for key in _KEYS)
    named = [path for path in paths if isinstance(path, str) and path.strip() and "\0" not in path]
    return {path: _read(path, folder) for path in named if not unfilled({"path": path})}


def _read(path: str, folder: Path) -> NamedFile:
    here = path if os.path.exists(path) else os.path.join(folder, path)
    if not os.path.exists(here):
        far = os.path.isabs(path) and not os.path.isdir(os.path.dirname(path))
        return NamedFile("elsewhere" if far else "missing")
    try:
        text = read_text(here)
    except InputError as error:
        return NamedFile("unread", why=error.message)
    try:
        found = parse_object(text, path)
    except InputError as error:
        return NamedFile("broken", why=error.message, line=error.line)
    return NamedFile("read", found, where=lambda key: _line(text, key))


def _line(text: str, key: str) -> int | None:
    """The line of a key by its path: JSON is YAML where its tabs are spaces."""
    try:
        place = parse(text.replace("\t", " "), "").where(key)
    except InputError:
        return None
    return place[0] if place is not None else None
