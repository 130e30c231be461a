"""Runs a script of another trainer with stand-ins for its libraries, and notes what they are called with."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

_LIBRARIES = ("unsloth", "torch", "trl", "peft", "transformers", "datasets")


@dataclass
class Call:
    """One call: the last name of what was called, its first argument and the named ones. Any attribute is another."""

    name: str
    first: Any = None
    given: dict[str, Any] = field(default_factory=dict)
    notes: list[Call] = field(default_factory=list, repr=False)

    def __getattr__(self, name: str) -> Call:
        return Call(name, notes=self.notes)

    def __iter__(self) -> Iterator[Call]:
        return iter((self, self))  # a model and its tokenizer

    def __call__(self, *first: Any, **given: Any) -> Call:
        made = Call(self.name, first[0] if first else None, given, self.notes)
        self.notes.append(made)
        return made


class _Library(types.ModuleType):
    def __init__(self, name: str, notes: list[Call]) -> None:
        super().__init__(name)
        self._notes = notes

    def __getattr__(self, name: str) -> Call:
        return Call(name, notes=self._notes)


def during(script: str) -> list[Call]:
    """The calls of the libraries in a script, in order; the script is one of the tests' own."""
    notes: list[Call] = []
    with mock.patch.dict(sys.modules, {name: _Library(name, notes) for name in _LIBRARIES}):
        exec(compile(script, "script", "exec"), {"__name__": "__main__", "get_token": str})
    return notes
