"""The DeepSpeed files that Axolotl ships, and what DeepSpeed takes where one is silent; sharding.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.knowledge.load import toml


def shipped() -> Mapping[str, Mapping[str, Any]]:
    """The `zero_optimization` block of each file, by the file's name."""
    files: dict[str, dict[str, Any]] = toml("sharding")["deepspeed"]
    return files


def default_size(name: str) -> float:
    """What a size is, in elements, where a block says none."""
    return float(toml("sharding")["default"][name])
