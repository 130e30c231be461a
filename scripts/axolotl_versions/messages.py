"""What an Axolotl says as it validates a config: the texts of its errors and warnings, read off its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PLACES = ("utils/schemas/**/*.py", "utils/config/*.py", "integrations/*/args.py", "integrations/config.py")
_LEVELS = ("warning", "warning_once", "error")


def messages(package: Path) -> list[str]:
    """Each text once, sorted; `{}` stands for what is put in."""
    root, found = package / "axolotl", set[str]()
    for pattern in PLACES:
        for file in root.glob(pattern):
            found.update(_said(ast.parse(file.read_text(encoding="utf-8"))))
    return sorted(found)


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else node
        if not isinstance(call, ast.Call):
            continue
        logs = isinstance(call.func, ast.Attribute) and call.func.attr in _LEVELS
        if call.args and (logs or isinstance(node, ast.Raise)):
            text = " ".join(joined(call.args[0]).split())
            if text.strip("{} "):
                yield text


def joined(node: ast.expr) -> str:
    """A text as it is put together, `{}` for each part that is not written there."""
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else "{}"
    if isinstance(node, ast.JoinedStr):
        return "".join(joined(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return joined(node.left) + joined(node.right)
    return "{}"


def texts(package: Path) -> str:
    """Every text of the package's source, in one: where a quote may stand."""
    found = []
    for file in sorted((package / "axolotl").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr | ast.BinOp) or (
                isinstance(node, ast.Constant) and isinstance(node.value, str)
            ):
                found.append(" ".join(joined(node).split()))
    return "\n".join(found)
