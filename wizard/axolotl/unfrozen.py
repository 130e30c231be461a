"""`unfrozen_parameters`: which weights a run without an adapter trains.

Patterns for the start of each name, a dot being a dot, with a range of rows behind one in brackets.
Source: axolotl 0.19.0 and 0.21.0 utils/freeze.py:53-275.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from wizard.domain.model import Tensor
from wizard.domain.patterns import compiled
from wizard.domain.plan import Plan
from wizard.domain.values import texts

_RANGE = re.compile(r"^(.+)\[([0-9]*)(?::([0-9]*))?\]$")
_PLAIN = re.compile(r"[\w.-]+")
_DOT = re.compile(r"\.(?!\+)")


def unfrozen_parameters(plan: Plan) -> tuple[str, ...]:
    """The patterns as written."""
    return texts(plan.get("unfrozen_parameters"))


def expression(pattern: str) -> str:
    """The expression of a pattern, without its range."""
    ranged = _RANGE.match(pattern)
    return _DOT.sub(r"\.", ranged[1] if ranged else pattern)


def matcher(pattern: str) -> re.Pattern[str] | None:
    """The same to match names with; None where Python can't read it, or might never end."""
    return compiled(expression(pattern))


def is_plain(pattern: str) -> bool:
    """Whether it is the begin of a name and nothing more."""
    return _PLAIN.fullmatch(pattern) is not None


@lru_cache(maxsize=16)
def any_of(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a name is matched by one of them."""
    plain = tuple(one for one in patterns if is_plain(one))
    others = [found for one in patterns if not is_plain(one) and (found := matcher(one)) is not None]
    return lambda name: name.startswith(plain) or any(one.match(name) for one in others)


def rows(pattern: str) -> tuple[int, int | None] | None:
    """The range behind a pattern: the first row and the one after the last (None: all); None where it has none."""
    ranged = _RANGE.match(pattern)
    if ranged is None:
        return None
    first, last = ranged[2], ranged[3]
    if last is None and first:
        return int(first), int(first) + 1
    return int(first or 0), int(last) if last else None


@lru_cache(maxsize=4096)
def names(tensor: Tensor) -> tuple[str, ...]:
    """The names of all tensors of this kind in `model.named_parameters()`.

    Where only some layers hold it, their numbers are taken to start at 0.
    """
    numbers = range(tensor.count) if "*" in tensor.path and tensor.count > 1 else range(1)
    end = {"bias": ".bias", "experts": ""}.get(tensor.kind, ".weight")
    return tuple(tensor.path.replace("*", str(number), 1) + end for number in numbers)
