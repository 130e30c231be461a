"""What a process keeps between two calls is bounded, whatever it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from wizard.domain.kept import Kept

WIZARD = Path(__file__).parents[1] / "wizard"
CATALOGUED = {
    "doctor/known.py:_of_any": "by the words of the rules",
    "fit/division.py:_steps_on_cpu": "by the ways to divide",
    "fit/search_space.py:settings": "by the knobs of preference.toml",
    "knowledge/axolotl/column_names.py:_names": "by the parts of its table",
    "knowledge/axolotl/settings.py:router_loss": "by the two kinds of them",
    "knowledge/axolotl/settings.py:without_loss": "by two losses and two ways",
    "knowledge/load.py:toml": "by the files that come along",
    "knowledge/models/catalogue.py:built": "by the ids of the catalogue",
    "rules/catalogue.py:load": "by the rows of the catalogue",
    "rules/catalogue.py:_at": "by the places in the catalogue",
}
"""Functions whose results are all kept, each with the few arguments that it can have."""
EMPTY = {"{}", "[]", "set()", "dict()", "list()", "defaultdict(list)", "defaultdict(dict)", "deque()"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Each file of wizard/ by its name there."""
    for path in sorted(WIZARD.rglob("*.py")):
        yield str(path.relative_to(WIZARD)), ast.parse(path.read_text(encoding="utf-8"))


def test_a_cache_without_bound_has_few_arguments_to_keep() -> None:
    """`@cache` keeps every result for ever: it is for functions without arguments, and for those above."""
    found = {
        f"{name}:{node.name}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and {ast.unparse(one) for one in node.decorator_list} & {"cache", "functools.cache", "lru_cache(maxsize=None)"}
        and ast.unparse(node.args) not in ("", "version: Version")  # of versions there are facts of a few
    }
    assert found == set(CATALOGUED)


def test_nothing_is_gathered_in_a_module() -> None:
    """A dict or list that begins empty in a module is filled by calls, and nothing empties it: `Kept` is bounded."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and ast.unparse(node.value) in EMPTY
    ]
    assert found == []


def test_the_oldest_goes_where_one_more_comes() -> None:
    kept: Kept[str, int] = Kept(2)
    kept["a"], kept["b"] = 1, 2
    kept["a"] = 3
    assert kept == {"a": 3, "b": 2}
    kept["c"] = 4
    assert kept == {"b": 2, "c": 4}
