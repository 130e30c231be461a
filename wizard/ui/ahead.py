"""What the first look at a step would else wait for, done beside, a little at a time."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import chain
from time import perf_counter

from wizard.questions import steps
from wizard.session.model_search import prepared
from wizard.session.state import State

_SLICE = 0.005
"""Seconds of work at a time: so long a key may wait for it."""


def collect_again() -> None:
    """Collect garbage from now on, if that was put off until the first frame; what there is by then stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


class Ahead:
    """Prices the models and draws the pages that are not seen yet, each by its step's id."""

    def __init__(self, state: State, draw: Callable[[str], object]) -> None:
        self._draw = draw
        self._rest = chain(prepared(state), self._pages())

    def _pages(self) -> Iterator[None]:
        for step in steps.STEPS:
            self._draw(step.id)
            yield

    def some(self) -> bool:
        """Do some of it; whether there is more."""
        end = perf_counter() + _SLICE
        while perf_counter() < end:
            if next(self._rest, self) is self:
                return False
        return True
