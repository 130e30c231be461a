"""A number that is written as the person wrote it: `1.0e-4`, where Python alone would write `0.0001`."""

from __future__ import annotations

import math
import re
from typing import Any

_FLOAT = re.compile(r"[-+]?[0-9]{1,9}\.[0-9]{0,17}(?:[eE][-+][0-9]{1,3})?")
"""What YAML 1.1 takes for a number with a fraction: `1e-4`, without the dot, is a text there."""
_SHORT = re.compile(r"([-+]?[0-9]+)(\.[0-9]*)?[eE]([-+]?)([0-9]+)")


class Spelled(float):
    """A float with the text that it stands as in a file. It is equal to the float in all else."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, value: float, text: str = "") -> Spelled:
        """Raises ValueError where the text is another number."""
        made = super().__new__(cls, value)
        made.text = text or repr(float(value))
        if float(made.text) != value:
            raise ValueError(f"{text} is not {value}")
        return made


def spelled(text: str) -> float:
    """The number that a text means, kept as it was written where YAML reads that as the same number.

    `2e-4` is `2.0e-4` then, which YAML 1.1 does not take for a text. Raises ValueError where it is no number.
    """
    text = text.strip()
    value = float(text)
    if short := _SHORT.fullmatch(text):
        whole, fraction, sign, power = short.groups()
        text = f"{whole}{fraction or '.0'}e{sign or '+'}{power}"
    return kept(value, text)


def powered(text: str) -> bool:
    """Whether it is a number with a power of ten, as `1e-4`: a person means a number by it, YAML 1.1 a text."""
    return _SHORT.fullmatch(text) is not None


def kept(value: float, text: str) -> float:
    """A number with the text that YAML read it from, where Python would write it otherwise."""
    plain = not math.isfinite(value) or not _FLOAT.fullmatch(text) or text == repr(value)
    return value if plain else Spelled(value, text)


def text_of(value: float) -> str:
    """A number as a person is shown it: in their own words, else in few digits."""
    return value.text if isinstance(value, Spelled) else f"{value:g}"


def represent(dumper: Any, value: Spelled) -> Any:
    """What PyYAML writes for one; for `add_representer`."""
    return dumper.represent_scalar("tag:yaml.org,2002:float", value.text)
