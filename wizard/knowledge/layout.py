"""The order in which people read a config, and why each line is there; layout.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from wizard.knowledge.load import toml


@cache
def sections() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Title and fields of each section, in order."""
    return tuple((row["title"], tuple(row["fields"])) for row in toml("layout")["section"])


@lru_cache(maxsize=4096)
def place(name: str) -> tuple[int, int] | None:
    """The numbers of the section and of the place in it that a field has; None where none is for it.

    Fields without a place of their own share the one after the last.
    """
    rows = toml("layout")["section"]
    for number, row in enumerate(rows):
        if name in row["fields"]:
            return number, row["fields"].index(name)
    fitting = [(len(start), number) for number, row in enumerate(rows) for start in row.get("starts", ())
               if name.startswith(start)]  # fmt: skip
    if not fitting:
        return None
    number = max(fitting)[1]
    return number, len(rows[number]["fields"])


def section_of(name: str) -> str | None:
    """The title of the section that a field stands in; None where it stands in none."""
    found = place(name)
    return None if found is None else sections()[found[0]][0]


def reasons() -> Mapping[str, str]:
    """A template for the comment of each field that is decided by memory or the machine."""
    templates: dict[str, str] = toml("layout")["reason"]
    return templates


def reasons_unset() -> Mapping[str, str]:
    """The comment of each field that stands in a file without a value, ready to be filled in."""
    texts: dict[str, str] = toml("layout")["unset"]
    return texts
