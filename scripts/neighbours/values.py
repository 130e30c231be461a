"""Values near to what stands there."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from scripts.neighbours.outcome import AXOLOTL, MACHINE
from wizard.domain.finding import Safety, Severity
from wizard.domain.plan import REMOVE
from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import Key, find_key
from wizard.knowledge.axolotl.versions import newest
from wizard.rules.registry import Rule

MACHINES: tuple[object, ...] = (
    REMOVE, "rtx-4090", "8xa100-80gb", "t4", "2xh100-80gb", "mi300x", "2x8xh100-80gb", "b200",
)  # fmt: skip
VERSIONS = ("0.19", "0.20", "0.21")
MODELS = (
    "Qwen/Qwen3-8B",  # dense
    "meta-llama/Llama-3.2-1B",  # small, its embeddings tied
    "Qwen/Qwen3-30B-A3B",  # a mixture
    "Qwen/Qwen2.5-VL-3B-Instruct",  # sees images
    "ibm-granite/granite-4.0-h-tiny-base",  # mamba beside attention, a mixture
    "openai/gpt-oss-20b",
    "microsoft/Phi-3-mini-4k-instruct",
    "google/gemma-4-E2B",
    "tiiuae/falcon-7b",
    "not/known",
)
_MARKS = frozenset({*get_args(Severity), *get_args(Safety)})
_MOST = 16
Constants = tuple[tuple[float, ...], tuple[str, ...]]


def constants(rule: Rule) -> Constants:
    """Numbers and words that stand in the rule's file, and in the one that its topic shares."""
    module = sys.modules[rule.entry.module]
    path = Path(inspect.getfile(module))
    numbers, words = dict[float, None](), dict[str, None]()
    for file in (path, path.with_name("_common.py")):
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
        for one in _spoken(tree):
            if isinstance(one, str):
                words.setdefault(one)
            elif not isinstance(one, bool):
                numbers.setdefault(one)
    return tuple(numbers), tuple(words)


def _spoken(tree: ast.Module) -> Iterator[float | str]:
    """The constants, without what is said to people and what describes the rule."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        out: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef):
            out = [*node.decorator_list, node.args]
        elif isinstance(node, ast.JoinedStr | ast.Expr):
            out = [node] if not isinstance(getattr(node, "value", None), ast.Yield) else []
        skipped |= {id(inner) for part in out for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in skipped:
            value = node.value
            if isinstance(value, int | float) or (isinstance(value, str) and _is_a_word(value)):
                yield value


def _is_a_word(word: str) -> bool:
    """Not a sentence, not the name of a key, and not what a finding is marked with."""
    return len(word) < 40 and " " not in word and word not in _MARKS and find_key(word, newest()) is None


def near(key: str, here: object, beside: Constants, version: Version) -> list[object]:
    """Values of a key to try where this one stands; REMOVE where none does."""
    if key == MACHINE:
        return list(MACHINES)
    if key == AXOLOTL:
        return list(VERSIONS)
    if key == "base_model":
        return [REMOVE, *MODELS]
    field = find_key(key, version)
    found = [REMOVE, None, *_of_the_kind(here, field), *_beside(here, field, beside), *_any(here, field)]
    return _once(found, here)[:_MOST]


def _of_the_kind(here: object, field: Key | None) -> Iterator[object]:
    """What is near to this very value."""
    match here:
        case bool():
            yield not here
        case int() | float():
            yield from (
                here - 1,
                here + 1,
                here * 2,
                here // 2 if isinstance(here, int) else here / 2,
                -here,
                str(here),
            )
        case str():
            yield ""
        case list():
            yield from ([], here[:-1], [*here, *here[-1:]], [*here, "other"], *here[:1])
            if here and isinstance(here[-1], int):
                yield from ([*here[:-1], here[-1] - 1], [*here[:-1], here[-1] + 1])
        case dict():
            yield {}
    yield from _listed(here, field)


def _listed(here: object, field: Key | None) -> Iterator[object]:
    """Other members of what the field takes."""
    if field is not None:
        yield from [one for one in field.listed if one != here][:4]


def _beside(here: object, field: Key | None, beside: Constants) -> Iterator[object]:
    """Values at the numbers and words of the rule's file, as far as the field takes them."""
    numbers, words = beside
    types = field.types if field is not None else frozenset({"any"})
    plain = not isinstance(here, list | dict)
    if plain and types & {"integer", "number"}:
        for number in numbers:
            step = 1 if isinstance(number, int) or not types & {"number"} else number / 8
            yield from (number, round(number - step, 6), round(number + step, 6))
    listed = field.listed if field is not None else ()
    if listed:
        yield from [word for word in words if word in listed]
    elif plain and "string" in types:
        yield from words[:6]
    if "array" in types:
        yield from [[word] for word in words[:4]]


def _any(here: object, field: Key | None) -> Iterator[object]:
    """What people write anywhere."""
    types = field.types if field is not None else frozenset({"any"})
    if isinstance(here, dict | list):
        return
    if "boolean" in types or "any" in types:
        yield from (True, False, "true")
    if types & {"integer", "number", "any"}:
        yield from (1, 0, 2, -1)
    if types & {"number"}:
        yield 0.5
    if "array" in types:
        yield from ([], ["other"])
    if "object" in types:
        yield {}
    yield from (True, False, 0, 1, "other")


def _once(values: Iterable[object], here: object) -> list[object]:
    """Each once, and not what stands there: to Python 1 is True, to YAML it is not."""
    kept: dict[str, object] = {}
    for one in values:
        if one is REMOVE or repr(one) != repr(here):
            kept.setdefault(repr(one), one)
    if here is REMOVE:
        kept.pop(repr(REMOVE), None)
    return list(kept.values())
