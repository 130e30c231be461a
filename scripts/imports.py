"""Which module of wizard imports which: lazy imports and those for types alone count too."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """Every module by its dotted name; a package is its `__init__`."""
    found = {}
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports() -> Graph:
    """The modules that each module names in an import anywhere in its text."""
    known = modules()
    graph: Graph = {}
    for name, path in known.items():
        named = set[str]()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "wizard":
                whole = (f"{node.module}.{alias.name}" for alias in node.names)
                named |= {one if one in known else node.module for one in whole}
            elif isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names if alias.name in known}
        graph[name] = named - {name}
    return graph


def room(module: str) -> str:
    """The package or file directly under wizard that a module is in; "wizard" itself has the version."""
    return [*module.split("."), ""][1] or "wizard"


def rooms(graph: Mapping[str, Iterable[str]]) -> Graph:
    """The same between rooms."""
    found: Graph = {}
    for module, named in graph.items():
        found.setdefault(room(module), set()).update(map(room, named))
    return {name: others - {name, "wizard"} for name, others in found.items() if name not in ("wizard", "__main__")}


def reachable(graph: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """Everything that can be reached from a node in one step or more."""
    found, left = set[str](), list(graph.get(start, ()))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += graph.get(one, ())
    return found


def reduced(graph: Mapping[str, set[str]]) -> Graph:
    """The fewest arrows with the same reach: of a graph without cycles."""
    return {
        name: {one for one in others if not any(one in reachable(graph, other) for other in others - {one})}
        for name, others in graph.items()
    }


def cycles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Modules that can reach themselves, each group once."""
    found: list[list[str]] = []
    inside = {name for name in graph if name in reachable(graph, name)}
    while inside:
        first = min(inside)
        group = {first} | {one for one in reachable(graph, first) & inside if first in reachable(graph, one)}
        found.append(sorted(group))
        inside -= group
    return found
