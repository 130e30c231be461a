"""A version of Axolotl, as far as facts and rules tell versions apart."""

from __future__ import annotations

import re
from typing import NamedTuple

_TEXT = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:[.\-+a-z].*)?", re.IGNORECASE)


class Version(NamedTuple):
    """`0.21` of `0.21.0`: what comes after the second number fixes faults and changes no field."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def parse_version(text: str) -> Version | None:
    """The version of a text such as "0.21", "0.21.0" or "v0.20.1.dev0"; None where it is none."""
    found = _TEXT.fullmatch(text.strip())
    return Version(int(found[1]), int(found[2])) if found else None
