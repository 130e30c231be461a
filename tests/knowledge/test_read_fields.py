"""The fields that an estimate depends on are those that the readers and the terms name."""

from __future__ import annotations

import ast
from pathlib import Path

from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.settings import attention, looked_at, loss_plugins, read

ROOMS = [Path(__file__).parents[2] / "wizard" / room for room in ("axolotl", "memory")]


def test_they_are_all_listed() -> None:
    known = {*fields(), *plugin_fields()}
    trees = [ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for room in ROOMS for path in room.rglob("*.py")]
    texts = {
        node.value for tree in trees for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {*(texts & known), *attention().legacy, *(loss_plugins().keys() & known)}
    assert read() == named, "[read] of wizard/knowledge/axolotl/settings.toml is not what the readers name"
    assert looked_at() == {*named, "datasets"}
