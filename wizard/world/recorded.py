"""Recorded machines for `--demo` and tests: what NVML answered on them, read as a live probe is."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.nearest import did_you_mean
from wizard.world.probe import machine_of


@cache
def _rows() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("recorded.json").read_text(encoding="utf-8")
    rows: dict[str, dict[str, Any]] = json.loads(text)
    return rows


def names() -> dict[str, str]:
    """Each recorded machine's name and what it is."""
    return {name: row["title"] for name, row in _rows().items()}


def recorded(name: str) -> Machine:
    """The recorded machine of this name. Raises InputError with the nearest one."""
    row = _rows().get(name.lower())
    if row is None:
        known = ", ".join(_rows())
        raise InputError(f"there is no recorded machine '{name}'.{did_you_mean(name, _rows())} There are: {known}.")
    return replace(
        machine_of(row["answers"], {}),
        origin="recorded",
        name=name.lower(),
        torch_version=None,
        environment={},
    )
