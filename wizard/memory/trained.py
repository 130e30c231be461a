"""Which of the base model's tensors are trained in a run without an adapter."""

from __future__ import annotations

import re
from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.domain.model import Tensor
from wizard.domain.patterns import compiled

_RANGE = re.compile(r"\[[0-9]*(?::[0-9]*)?\]$")
_DOT = re.compile(r"\.(?!\+)")


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    found = (compiled(_DOT.sub(r"\.", _RANGE.sub("", pattern))) for pattern in patterns)
    return tuple(one for one in found if one is not None)


@lru_cache(maxsize=1024)
def _unfrozen(tensor: Tensor, patterns: tuple[str, ...]) -> int:
    numbers = range(tensor.count) if "*" in tensor.path and tensor.count > 1 else range(1)
    end = {"bias": ".bias", "experts": ""}.get(tensor.kind, ".weight")
    names = (tensor.path.replace("*", str(number), 1) + end for number in numbers)
    return sum(any(pattern.match(name) for pattern in _compiled(patterns)) for name in names)


def trained_count(tensor: Tensor, settings: Effective) -> int:
    """How many tensors of this kind get a gradient, without an adapter.

    `unfrozen_parameters` are patterns for the start of each name, a dot being a dot; a range after one keeps the whole
    gradient (axolotl 0.19 utils/freeze.py). A vision or audio tower gets none where no images come in. Where only
    some layers hold this kind of tensor, their numbers are taken to start at 0.
    """
    if tensor.tower and not settings.images:
        return 0
    if not settings.unfrozen:
        return tensor.count
    return _unfrozen(tensor, settings.unfrozen)
