"""Which of the base model's tensors are trained in a run without an adapter."""

from __future__ import annotations

from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.axolotl.images import frozen
from wizard.axolotl.unfrozen import any_of, names
from wizard.domain.model import Tensor


@lru_cache(maxsize=1024)
def _unfrozen(tensor: Tensor, patterns: tuple[str, ...]) -> int:
    return sum(map(any_of(patterns), names(tensor)))


def trained_count(tensor: Tensor, settings: Effective) -> int:
    """How many tensors of this kind get a gradient, without an adapter.

    A range behind one of `unfrozen_parameters` keeps the whole gradient (axolotl 0.19 utils/freeze.py). A vision or
    audio tower gets none where none of its kind comes in, or `freeze_mm_modules` freezes it.
    """
    if tensor.tower and (not settings.images or (settings.image is not None and "audio" in tensor.path)):
        return 0
    return chosen_count(tensor, settings)


def chosen_count(tensor: Tensor, settings: Effective) -> int:
    """The same where something comes into each tower."""
    if settings.towers_frozen and frozen(tensor):
        return 0
    if not settings.unfrozen:
        return tensor.count
    return _unfrozen(tensor, settings.unfrozen)
