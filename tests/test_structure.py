"""The structure holds: no cycles, short files and functions, a picture that is true."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from statistics import median

from scripts.architecture import PAGE, drawn, picture
from scripts.imports import cycles, imports, modules, reachable, reduced, rooms

_MADE = re.compile(r"^(?:(?<=\n\n)(?:async def|def|class) (\w+)|(\w+)(?:: [^=\n]+)? = )", re.MULTILINE)
FILE, FUNCTION = 300, 50
"""Lines at most; a function's docstring is not counted."""


def test_no_module_reaches_itself() -> None:
    assert cycles(imports()) == []


def test_files_are_short() -> None:
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: count for name, count in lines.items() if count > FILE} == {}
    assert median(lines.values()) < 90


def test_functions_are_short() -> None:
    long = {
        f"{name}:{function.name}": count
        for name, path in modules().items()
        for function, count in _functions(path.read_text(encoding="utf-8"))
        if count > FUNCTION
    }
    assert long == {}


def test_whatever_is_made_is_asked_for() -> None:
    """What only tests name is not part of the program. What is decorated is asked for by what decorates it."""
    texts = [path.read_text(encoding="utf-8") for path in modules().values()]
    named = Counter(word for text in texts for word in re.findall(r"\w+", text))
    made = Counter(name for text in texts for name in map("".join, _MADE.findall(text)) if not name.startswith("__"))
    assert [name for name, count in made.items() if named[name] <= count] == []


def _functions(text: str) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            doc = ast.get_docstring(node, clean=False)
            first = node.body[0]
            told = (first.end_lineno or 0) - first.lineno + 1 if doc is not None else 0
            yield node, node.end_lineno - node.lineno + 1 - told


def test_the_picture_of_the_architecture_is_true() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == picture(), "run `python -m scripts.architecture`"
    named = {one.partition("/")[0].removesuffix(".py") for row in page.splitlines() if row.startswith("| `")
             for one in row.split("|")[1].replace("`", "").replace(" ", "").split(",")}  # fmt: skip
    assert named == set(rooms(imports())), "each room has a row, and no other"


def test_graphs() -> None:
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert reduced(graph) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert cycles(graph) == []
    assert cycles(graph | {"c": {"a"}}) == [["a", "b", "c"]]
    assert reachable(graph, "a") == {"b", "c"}
    assert "a --> b" in picture(graph)
    assert "a --> c" not in picture(graph)
