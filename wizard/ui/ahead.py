"""What the first look at a step would else wait for, done beside, a little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING

from wizard.questions import steps
from wizard.session.model_search import prepared
from wizard.ui.widgets.page import Page

if TYPE_CHECKING:
    from wizard.ui.screens.wizard import WizardScreen

_SLICE = 0.005
"""Seconds of work at a time: so long a key may wait for it."""


class Ahead:
    """Prices the models and draws the pages that are not seen yet."""

    def __init__(self, wizard: WizardScreen) -> None:
        self.wizard = wizard
        self._rest = chain(prepared(wizard.session.state), self._pages())

    def begin(self) -> None:
        """Do it from now on."""
        self._timer = self.wizard.set_interval(0.001, self._some)

    def _pages(self) -> Iterator[None]:
        for step in steps.STEPS:
            session = self.wizard.session
            self.wizard.query_one(f"#page-{step.id}", Page).show(session.state, session.review)
            yield

    def _some(self) -> None:
        end = perf_counter() + _SLICE
        while perf_counter() < end:
            if next(self._rest, self) is self:
                self._timer.stop()
                return
