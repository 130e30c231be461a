"""A project's settings for `check`: `[tool.memwizard]` in pyproject.toml, or `.memwizard.toml`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from wizard.domain.errors import InputError
from wizard.domain.nearest import did_you_mean
from wizard.world.yamlfile import read_text


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project asks for; None where it does not say. `source`: the file, None where there is none."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    gpu: str | None = None
    strict: bool | None = None
    source: str | None = None


def settings_for(folder: Path) -> Settings:
    """The nearest settings from a folder upward; in one folder, `.memwizard.toml` comes before pyproject.toml.

    A pyproject.toml without `[tool.memwizard]` is passed over. Raises InputError, with the file, for
    broken TOML, an unknown key or a wrong type.
    """
    place = str(folder)
    while True:
        own = os.path.join(place, ".memwizard.toml")
        if os.path.isfile(own):
            return _settings(_read(own), own, "")
        project = os.path.join(place, "pyproject.toml")
        if os.path.isfile(project):
            tool = _tools(project, os.stat(project).st_mtime_ns)
            if isinstance(tool, dict) and "memwizard" in tool:
                return _settings(tool["memwizard"], project, "tool.memwizard: ")
        place, below = os.path.dirname(place), place
        if place == below:
            return Settings()


@lru_cache(maxsize=256)
def _tools(path: str, changed: int) -> object:
    """A pyproject.toml's `[tool]`, read once for all the folders below it. `changed`: when the file was."""
    return _read(path).get("tool", {})


def _read(path: str) -> dict[str, Any]:
    try:
        return tomli.loads(read_text(path).replace("\r\n", "\n"))
    except tomli.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {' '.join(str(error).split())}", file=path) from None
    except (RecursionError, ValueError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else "a number with too many digits"
        raise InputError(f"not valid TOML: {why}", file=path) from None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_KEYS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "select": ("a list of codes or names", _is_texts),
    "ignore": ("a list of codes or names", _is_texts),
    "gpu": ("text", lambda value: isinstance(value, str)),
    "strict": ("true or false", lambda value: isinstance(value, bool)),
}


def _settings(table: object, file: str, where: str) -> Settings:
    if not isinstance(table, dict):
        raise InputError(f"{where}must be a table of settings", file=file)
    for key, value in table.items():
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS) or f" There are: {', '.join(_KEYS)}."
            raise InputError(f"{where}there is no setting '{key}'.{hint}", file=file)
        wanted, fits = _KEYS[key]
        if not fits(value):
            raise InputError(f"{where}`{key}` takes {wanted}", file=file)
    lists = {key: tuple(table[key]) for key in ("select", "ignore") if key in table}
    return Settings(**lists, gpu=table.get("gpu"), strict=table.get("strict"), source=file)
