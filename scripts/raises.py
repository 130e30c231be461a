"""Writes what an installed Axolotl can raise: every `raise` and `assert` with a text, and where it stands.

    python -m scripts.raises FOLDER > tests/raises/axolotl-VERSION.json

FOLDER is the package, `.../site-packages/axolotl`; it is read, never imported. `docs/not-ruled.md` tells of those
that no rule quotes, and a test holds the two together.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PLACES = (
    "train.py", "processing_strategies.py", "prompt_tokenizers.py", "prompters.py", "core", "loaders", "monkeypatch",
    "prompt_strategies", "utils",
)  # fmt: skip
"""What runs between the config and the end of a training; plugins follow by their args.py and plugin.py."""
_PLUGIN_FILES = ("args.py", "plugin.py")
HOLE = "{}"
"""Stands for what a text has of the moment."""


class Raised(NamedTuple):
    """One of them. `kind`: the exception's name."""

    place: str
    kind: str
    text: str


def raised(package: Path) -> list[Raised]:
    """All of the package's, once each, in the order of their places."""
    files = [path for place in PLACES for path in _files(package / place)]
    files += [path for name in _PLUGIN_FILES for path in sorted(package.glob(f"integrations/*/{name}"))]
    found = {
        Raised(path.relative_to(package).as_posix(), *row)
        for path in files
        for row in _of(ast.parse(path.read_text(encoding="utf-8")))
    }
    return sorted(found)


def _files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.is_file() else []


def _of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            text = spoken(node.exc.args[0])
            if text.replace(HOLE, "").strip():
                yield ast.unparse(node.exc.func).rpartition(".")[2], text
        elif isinstance(node, ast.Assert) and node.msg is not None:
            yield "AssertionError", spoken(node.msg)


def spoken(node: ast.expr) -> str:
    """A text as it stands in the code, on one line."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return " ".join(node.value.split()) if "\n" in node.value else node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(spoken(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return spoken(node.left) + spoken(node.right)
    return HOLE


if __name__ == "__main__":
    json.dump([list(row) for row in raised(Path(sys.argv[1]))], sys.stdout, indent=0, ensure_ascii=False)
    sys.stdout.write("\n")
