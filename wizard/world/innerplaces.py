"""Where a nested key of a YAML text stands: the text is parsed again when that is first asked."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import yaml

Where = tuple[int, int, int]
"""A 1-based line, the column where the key begins, and the one past its end."""

_STEPS = re.compile(r"\.|(?=\[)")
_MERGE = "tag:yaml.org,2002:merge"
_Entries = dict[str, tuple[yaml.Node, yaml.Node]]


class InnerPlaces:
    """The places of nested keys and of lists' entries in a text that `yamlfile.parse` takes."""

    def __init__(self, text: str = "", loader: Any = yaml.SafeLoader) -> None:
        self._text, self._loader = text, loader
        self._entries: dict[int, _Entries] = {}

    @cached_property
    def _root(self) -> yaml.Node | None:
        found: yaml.Node | None = yaml.compose(self._text, Loader=self._loader)
        return found

    def find(self, path: str) -> Where | None:
        """The place of `trl.beta` or `datasets[0].type`; of the nearest key around it where it is not written."""
        node, mark = self._root, None
        steps = _STEPS.split(path)
        while steps and node is not None:
            found, used = self._step(node, steps)
            if found is None:
                break
            (mark, node), steps = found, steps[used:]
        if mark is None:
            return None
        end = mark.end_mark.column if mark.end_mark.line == mark.start_mark.line else mark.start_mark.column + 1
        return mark.start_mark.line + 1, mark.start_mark.column + 1, end + 1

    def _step(self, node: yaml.Node, steps: list[str]) -> tuple[tuple[yaml.Node, yaml.Node] | None, int]:
        """What the first step leads to, and how many steps that were: a key may hold points itself."""
        if isinstance(node, yaml.SequenceNode):
            number = int(steps[0][1:-1]) if re.fullmatch(r"\[\d{1,6}\]", steps[0]) else len(node.value)
            inner = node.value[number] if number < len(node.value) else None
            return (None if inner is None else (_first(inner), inner)), 1
        entries = self._of(node) if isinstance(node, yaml.MappingNode) else {}
        name = ""
        for used, step in enumerate(steps, 1):
            name = f"{name}{'.' if name and not step.startswith('[') else ''}{step}"
            if name in entries:
                return entries[name], used
        return None, 0

    def _of(self, node: yaml.MappingNode) -> _Entries:
        """The entries of a mapping, those that are merged in too."""
        if id(node) not in self._entries:
            own = {key.value: (key, value) for key, value in node.value if key.tag != _MERGE}
            merged: _Entries = {}
            for key, value in node.value:
                if key.tag == _MERGE:
                    for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                        merged = {**(self._of(one) if isinstance(one, yaml.MappingNode) else {}), **merged}
            self._entries[id(node)] = {**merged, **own}
        return self._entries[id(node)]


def _first(node: yaml.Node) -> yaml.Node:
    """What a list's entry begins with: the first key of a block."""
    return node.value[0][0] if isinstance(node, yaml.MappingNode) and node.value else node
