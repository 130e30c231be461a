"""Reads the packaged data files, each once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import tomli


@cache
def toml(name: str) -> dict[str, Any]:
    """The packaged `wizard/knowledge/<name>.toml` as a dict; `name` may have a folder. Callers must not change it."""
    return tomli.loads(text(name))


def text(name: str) -> str:
    """The same as it is written."""
    return (Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
