"""The schedules of the learning rate and their arguments; the rows of schedulers.toml, typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Scheduler:
    """One row of schedulers.toml; its head comment explains each field. `takes` is None where it gets no argument."""

    takes: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    evaluates: bool = False


@cache
def schedulers() -> dict[str, Scheduler]:
    """All of them by the name that `lr_scheduler` takes."""
    return {name: _typed(**row) for name, row in toml("schedulers")["schedulers"].items()}


def _typed(
    takes: list[str] | None = None, needs: tuple[str, ...] = (), one_of: tuple[str, ...] = (), evaluates: bool = False
) -> Scheduler:
    return Scheduler(None if takes is None else tuple(takes), tuple(needs), tuple(one_of), evaluates)
