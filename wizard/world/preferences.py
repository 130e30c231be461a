"""A person's own settings: one TOML file, and an environment variable for each that comes before it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import tomli

from wizard.domain.errors import InputError
from wizard.domain.nearest import did_you_mean
from wizard.domain.version import parse_version
from wizard.knowledge.axolotl.versions import NEWEST, newest
from wizard.world.places import config_folder
from wizard.world.yamlfile import read_text

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)

DEFAULT = "default"
FILE_VARIABLE = "MEMWIZARD_CONFIG"
THEMES = ("dark", "light", "contrast", "ansi-dark", "ansi-light")
_WORDS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value_co]):
    """A value and where it comes from: "default", the variable's name, or the file with the line where it is known."""

    value: Value_co
    source: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person has set. None is not set: the terminal, this machine or memwizard's own folder decides.

    `file`: where the settings are read from; it need not be there.
    """

    theme: Setting[str | None]
    gpu: Setting[str | None]
    presets: Setting[Path | None]
    hub: Setting[bool]
    ascii: Setting[bool | None]
    axolotl: Setting[str | None]
    file: Path

    def rows(self) -> dict[str, Setting[str | Path | bool | None]]:
        """Each setting by its name."""
        return {name: getattr(self, name) for name in _KEYS}


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"MEMWIZARD_{name.upper()}"


def preferences(environment: Mapping[str, str] | None = None) -> Preferences:
    """The settings as they are now: the environment beats the file, the file beats the default.

    An empty variable counts as not set. Raises InputError, with the file and line or the variable, for
    broken TOML, an unknown key and a value that a setting does not take.
    """
    given = os.environ if environment is None else environment
    file, texts = _File.of(given), {name: given.get(variable(name), "").strip() for name in _KEYS}

    def setting(name: str, check: Callable[[object], Value], default: Value) -> Setting[Value]:
        kept = _setting(name, check, file.table[name], file.place(name)) if name in file.table else None
        if texts[name]:  # a wrong line of the file is told all the same
            value = _word(texts[name]) if name in _SWITCHES else texts[name]
            return _setting(name, check, value, variable(name))
        return kept or Setting(default)

    return Preferences(
        theme=setting("theme", _theme, None),
        gpu=setting("gpu", _text, None),
        presets=_expanded(setting("presets", _text, None), file.path.parent),
        hub=setting("hub", _switch, False),
        ascii=setting("ascii", _switch, None),
        axolotl=setting("axolotl", _version, None),
        file=file.path,
    )


_KEYS = ("theme", "gpu", "presets", "hub", "ascii", "axolotl")
_SWITCHES = ("hub", "ascii")


@dataclass(frozen=True, slots=True)
class _File:
    """The person's file, read: its settings, which are none where there is no file."""

    path: Path
    text: str
    table: Mapping[str, object]

    @staticmethod
    def of(given: Mapping[str, str]) -> _File:
        named = given.get(FILE_VARIABLE, "").strip()
        path = Path(os.path.expanduser(named)) if named else config_folder() / "config.toml"
        if named and not os.path.exists(path):
            raise InputError(f"there is no such file ({FILE_VARIABLE} names it)", file=str(path))
        if str(path) == os.devnull or not os.path.exists(path):
            return _File(path, "", {})
        text = read_text(str(path)).replace("\r\n", "\n")
        found = _File(path, text, _table(text, str(path)))
        for key in found.table:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS) or f" There are: {', '.join(_KEYS)}."
                raise InputError(f"there is no setting '{key}'.{hint}", file=found.place(key))
        return found

    def place(self, key: str) -> str:
        """The file, and the line of a key where only one line can be it."""
        begins = re.compile(rf"\s*(\[\s*)?(['\"]?){re.escape(key)}\2\s*[=.\]]")
        found = [number for number, line in enumerate(self.text.split("\n"), 1) if begins.match(line)]
        return f"{self.path}:{found[0]}" if len(found) == 1 else str(self.path)


def _table(text: str, file: str) -> dict[str, object]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {' '.join(error.msg.split())}", file=file, line=error.lineno) from None
    except (RecursionError, ValueError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else "a number with too many digits"
        raise InputError(f"not valid TOML: {why}", file=file) from None


def _setting(name: str, check: Callable[[object], Value], value: object, source: str) -> Setting[Value]:
    try:
        return Setting(check(value), source)
    except ValueError as error:
        raise InputError(f"`{name}` takes {error}", file=source) from None


def _theme(value: object) -> str:
    if value not in THEMES:
        hint = did_you_mean(value, THEMES) if isinstance(value, str) else ""
        raise ValueError(f"one of {', '.join(THEMES)}" + (f".{hint}" if hint else ""))
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError("text")
    return value


def _version(value: object) -> str:
    if not isinstance(value, str) or (value != NEWEST and parse_version(value) is None):
        raise ValueError(f'a version such as "{newest()}", or "{NEWEST}"')
    return value.strip()


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"true or false, not '{value}'" if isinstance(value, str) else "true or false")
    return value


def _word(text: str) -> object:
    """The truth value that a variable's text stands for, or the text itself."""
    return _WORDS.get(text.lower(), text)


def _expanded(found: Setting[str | None], folder: Path) -> Setting[Path | None]:
    """A folder with ~ put in; a relative one starts at the file that names it, or at the current folder."""
    if found.value is None:
        return Setting(None)
    path = Path(os.path.expanduser(found.value))
    return Setting(path if found.source == variable("presets") else folder / path, found.source)
