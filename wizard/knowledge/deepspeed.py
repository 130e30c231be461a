"""The DeepSpeed files that Axolotl ships and what DeepSpeed takes where one is silent, sharding.toml; its keys."""

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


def top_keys() -> tuple[str, ...]:
    """The keys of a configuration, those of other blocks apart."""
    return tuple(toml("deepspeed")["top"])


def strict_blocks() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The keys of the blocks that refuse any other, by the way to the block."""
    return {tuple(way.split(".")): tuple(keys) for way, keys in toml("deepspeed")["blocks"].items()}
