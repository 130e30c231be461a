"""A rule's row in the catalogue: what is known of it before its file is imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from wizard.domain.errors import InputError


class CatalogueError(InputError):
    """The rules' files and the catalogue do not go together; the text says which."""


class Entry(NamedTuple):
    """One row. `keys`: as in the rule, sorted."""

    code: str
    topic: str
    name: str
    keys: tuple[str, ...]

    @property
    def function(self) -> str:
        """The name of the rule's function, which is also its file's."""
        return self.name.replace("-", "_")

    @property
    def module(self) -> str:
        """What to import for the rule."""
        return f"wizard.rules.{self.topic}.{self.function}"

    @property
    def file(self) -> str:
        """Where the rule is written."""
        return f"{self.module.replace('.', '/')}.py"


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The rows in the order of their codes. Raises CatalogueError for a code or a name that is there twice."""
    taken: dict[str, Entry] = {}
    found = sorted(entries)
    for entry in found:
        for word, kind in ((entry.code, "code"), (entry.name, "name")):
            if word in taken:
                raise CatalogueError(f"the {kind} {word} is used twice: by {taken[word].file} and by {entry.file}")
            taken[word] = entry
    return tuple(found)
