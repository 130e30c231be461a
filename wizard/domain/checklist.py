"""What has to be there before a run, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["have", "missing", "unknown"]


@dataclass(frozen=True, slots=True)
class Needed:
    """One thing. `name`: what it is; `command`: what brings it, in lines, empty where none does; `note`: a word more.

    `package`, `file`: what is looked for. `login`: a token of the hub. `size`: bytes on the disk of `file`.
    """

    name: str
    command: str = ""
    note: str = ""
    package: str = ""
    file: str = ""
    login: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """A thing that is needed, whether it is there, and what was seen of it."""

    need: Needed
    mark: Mark
    seen: str = ""
