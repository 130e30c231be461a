"""Reward functions that TRL brings, and the columns that each asks of the rows; reward_functions.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from wizard.knowledge.load import toml


@cache
def columns_of_rewards() -> Mapping[str, tuple[str, ...]]:
    """The columns that a function reads beside the answers, which it takes as messages."""
    return {name: tuple(columns) for name, columns in toml("reward_functions")["columns"].items()}
