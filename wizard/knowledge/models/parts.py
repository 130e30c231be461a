"""Parameters of one module, named from it: what the builders of attention, feed-forwards and towers return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from wizard.domain.model import Spared, Tensor, TensorKind

Part = tuple[str, TensorKind, tuple[int, ...]]
"""A parameter's name without ".weight" or ".bias", its kind and its shape."""


def linear(name: str, out_width: int, in_width: int, bias: bool = False) -> list[Part]:
    """An nn.Linear: (out, in), perhaps with a bias (out)."""
    found: list[Part] = [(name, "linear", (out_width, in_width))]
    if bias:
        found.append((name, "bias", (out_width,)))
    return found


def norm(name: str, width: int, bias: bool = False) -> list[Part]:
    """An RMSNorm, or with a bias a LayerNorm: (width)."""
    found: list[Part] = [(name, "norm", (width,))]
    if bias:
        found.append((name, "bias", (width,)))
    return found


def other(name: str, *shape: int) -> Part:
    """A bare parameter, a convolution's weight, an embedding of positions."""
    return name, "other", shape


class Sheet:
    """Collects parts under their full names; equal tensors under one name are counted together."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, TensorKind, tuple[int, ...], bool]] = Counter()

    def add(self, prefix: str, parts: Iterable[Part], count: int = 1, *, tower: bool = False) -> None:
        """`count` copies of the parts, their names after the prefix."""
        for name, kind, shape in parts:
            self._counts[prefix + name, kind, shape, tower] += count

    def tensors(self, spared: Mapping[str, Spared]) -> tuple[Tensor, ...]:
        """One Tensor for each name and shape. `spared`: modules that a rounding leaves alone, and which."""
        return tuple(
            Tensor(path, kind, shape, count, tower, spared.get(path.rpartition(".")[2], ""))
            for (path, kind, shape, tower), count in self._counts.items()
        )
