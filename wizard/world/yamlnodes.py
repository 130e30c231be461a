"""Looks over the nodes of a YAML text before values are made of them: what is refused, what stands there twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from wizard.domain.errors import InputError
from wizard.domain.plan import Repeated

MAX_NODES = 100_000
_MERGE = "tag:yaml.org,2002:merge"

Names = tuple[str, ...]


def check(root: yaml.Node, path: str) -> tuple[Repeated, ...]:
    """The keys that a mapping has several times, as they stand in the text.

    Raises InputError for keys that are no text, and for aliases that multiply or hold themselves.
    """
    look = _Look(path)
    look.size(root, (), ())
    return tuple(look.repeated)


@dataclass
class _Look:
    path: str
    sizes: dict[int, int] = field(default_factory=dict)
    repeated: list[Repeated] = field(default_factory=list)

    def size(self, node: yaml.Node, above: tuple[int, ...], names: Names) -> int:
        """How many nodes it stands for once its aliases are put in their place."""
        key = id(node)
        if key in above:
            raise self._refusal("an alias contains itself", node)
        if key not in self.sizes:
            below, total = (*above, key), 1
            for part, name in self._parts(node, names):
                total += 1 if type(part) is yaml.ScalarNode else self.size(part, below, (*names, name))
            self.sizes[key] = total
        if self.sizes[key] > MAX_NODES:
            raise self._refusal("its aliases multiply beyond bounds", node)
        return self.sizes[key]

    def _parts(self, node: yaml.Node, names: Names) -> Iterator[tuple[yaml.Node, str]]:
        if isinstance(node, yaml.MappingNode):
            self._keys(node, names)
            for key, value in node.value:
                yield key, ""
                yield value, key.value
        elif isinstance(node, yaml.SequenceNode):
            yield from ((part, f"entry {number}") for number, part in enumerate(node.value, 1))

    def _keys(self, node: yaml.MappingNode, names: Names) -> None:
        seen: dict[str, list[int]] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise self._refusal("a key must be a word", key)
            if key.tag != _MERGE:
                seen.setdefault(key.value, []).append(line)
        if len(seen) < len(node.value):
            self.repeated += [Repeated((*names, key), tuple(lines)) for key, lines in seen.items() if len(lines) > 1]

    def _refusal(self, problem: str, node: yaml.Node) -> InputError:
        return InputError(problem, file=self.path, line=node.start_mark.line + 1)
