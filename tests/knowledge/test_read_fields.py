"""The fields that an estimate depends on are those that its readers and terms name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.settings import attention, looked_at, loss_plugins, read
from wizard.knowledge.axolotl.versions import known as versions

WIZARD = Path(__file__).parents[2] / "wizard"


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _readers(start: str = "effective") -> frozenset[Path]:
    """The modules of `wizard.axolotl` that settings are put together by: others serve rules alone."""
    found, waiting = set[Path](), [start]
    while waiting:
        path = WIZARD / "axolotl" / f"{waiting.pop()}.py"
        if path in found or not path.is_file():
            continue
        found.add(path)
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "wizard.axolotl":
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("wizard.axolotl."):
                waiting.append(str(node.module).rpartition(".")[2])
    return frozenset(found)


def _texts() -> Iterator[str]:
    for path in (*_readers(), *(WIZARD / "memory").rglob("*.py")):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_they_are_all_listed() -> None:
    known = {name for one in versions() for name in (*fields(one), *plugin_fields(one))}
    named = {*(set(_texts()) & known), *attention().legacy, *(loss_plugins().keys() & known)}
    assert read() == named, "[read] of wizard/knowledge/axolotl/settings.toml is not what the readers name"
    assert looked_at() == {*named, "datasets"}
