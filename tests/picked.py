"""How much of what is heavy the test command runs: a picked part, and with WHOLE=1 in its environment all of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

WHOLE = os.environ.get("WHOLE") == "1"

One = TypeVar("One")


def picked(every: Iterable[One], step: int, first: int = 0) -> list[One]:
    """Each `step`th of them from the `first` on; all where the whole is asked for."""
    return list(every) if WHOLE else list(every)[first::step]
