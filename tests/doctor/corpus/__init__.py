"""The corpus of deaths: logs as data, with what is to be said of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

_FOLDER = Path(__file__).parent
FILES = ("gpu", "host", "other", "deviations", "pasted", "threads", "endings", "unknown")
_STACKS: dict[str, str] = {
    name: text.strip("\n") for name, text in tomli.loads((_FOLDER / "stacks.toml").read_text(encoding="utf-8")).items()
}


@dataclass(frozen=True)
class DeadLog:
    """One log. `expect`: what is said of it, field by field."""

    file: str
    name: str
    text: str
    expect: dict[str, Any]
    versions: str = ""
    source: str = ""
    deviation: str = ""


def _expanded(text: str) -> str:
    """Stacks in their places; `␛`, `␍`: control characters; `{leak:GIB:RISE:STEPS}`: steps with measures."""
    while "{stack:" in text:
        text = re.sub(r"\n?\{stack:(\w+)\}", lambda match: "\n" + _STACKS[match[1]], text)
    text = re.sub(r"\{leak:([\d.]+):([\d.]+):(\d+)\}", lambda match: _steps(*match.groups()), text)
    return text.replace("␛", "\x1b").replace("␍", "\r").lstrip("\n")


def _steps(first: str, rise: str, steps: str) -> str:
    lines = []
    for step in range(1, int(steps) + 1):
        held = float(first) + float(rise) * step + (step * 7 % 3) * 0.1
        measured = f"'memory/max_active (GiB)': '{held:.2f}', 'memory/max_allocated (GiB)': '{held:.2f}'"
        lines.append(f" {step}%|#| {step}/500 [00:08<1:20:00,  8.00s/it]")
        lines.append(f"{{'loss': '1.2', {measured}, 'memory/device_reserved (GiB)': '{held + 1:.2f}', 'epoch': '0.1'}}")
    return "\n".join(lines)


def _read(file: str) -> list[DeadLog]:
    rows = tomli.loads((_FOLDER / f"{file}.toml").read_text(encoding="utf-8"))["log"]
    return [DeadLog(file, **{**row, "text": _expanded(row["text"])}) for row in rows]


CORPUS: tuple[DeadLog, ...] = tuple(one for file in FILES for one in _read(file))
