"""The order in which people read a config, and why each line is there; layout.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from wizard.knowledge.load import toml


@cache
def sections() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Title and fields of each section, in order."""
    return tuple((row["title"], tuple(row["fields"])) for row in toml("layout")["section"])


def reasons() -> Mapping[str, str]:
    """A template for the comment of each field that is decided by memory or the machine."""
    templates: dict[str, str] = toml("layout")["reason"]
    return templates


def reasons_unset() -> Mapping[str, str]:
    """The comment of each field that stands in a file without a value, ready to be filled in."""
    texts: dict[str, str] = toml("layout")["unset"]
    return texts
