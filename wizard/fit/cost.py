"""What a run costs on rented GPUs, roughly: hours by arithmetic, times what a machine costs an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Literal

from wizard.axolotl.effective import effective
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.alternatives import Allowed, everything
from wizard.fit.search import Found, Wanted, best
from wizard.fit.throughput import throughput
from wizard.knowledge.prices import Price, price_of

Tokens = Callable[[Plan, Machine], "tuple[float, float] | None"]
"""The fewest and the most tokens of a whole run of a plan on a machine, None where the data are not known."""
Bounds = tuple[float, float]
Lacks = Literal["data", "speed", "price"]


@dataclass(frozen=True, slots=True)
class RunCost:
    """The best plan that fits a machine, and what it costs there to finish the data.

    `hours`: the least and the most of the whole run, None where speed or data are not known. `price`: an hour.
    `sized`: how much data there is, is known.
    """

    machine: Machine
    found: Found
    hours: Bounds | None
    price: Price | None
    sized: bool = True

    @property
    def lacks(self) -> Lacks | None:
        """What keeps its cost from being known; None where it is."""
        if self.least is not None:
            return None
        return "data" if not self.sized else "speed" if self.hours is None else "price"

    @property
    def dollars(self) -> Bounds | None:
        """On demand; None where the hours or the price are not known."""
        return _times(self.hours, self.price.hour if self.price else None)

    @property
    def spot(self) -> Bounds | None:
        """On a machine that may be taken away, what is lost by that not counted."""
        return _times(self.hours, self.price.spot if self.price else None)

    @property
    def least(self) -> Bounds | None:
        """The cheaper of both."""
        known = [one for one in (self.dollars, self.spot) if one is not None]
        return min(known, key=lambda one: one[1], default=None)

    def within(self, budget: float) -> bool | None:
        """Whether even the most is within it; None where only the least is, or nothing is known."""
        if self.least is None:
            return None
        low, high = self.least
        return True if high <= budget else None if low <= budget else False


def costs(
    plan: Plan,
    model: Model,
    machines: Iterable[Machine],
    want: Wanted,
    tokens: Tokens,
    acceptance: Allowed = everything,
) -> list[RunCost]:
    """Of every machine on which something fits, the cheapest first; what is not known comes last."""
    made = []
    for machine in machines:
        found = best(plan, model, machine, want, acceptance(plan, model, machine))
        if found is not None:
            many = tokens(found.plan, machine)
            hours = _hours(found.plan, model, machine, many)
            made.append(RunCost(machine, found, hours, price_of(machine), sized=many is not None))
    return sorted(made, key=lambda one: one.least[1] if one.least is not None else inf)


def _hours(plan: Plan, model: Model, machine: Machine, tokens: Bounds | None) -> Bounds | None:
    speed = throughput(model, effective(plan, model, machine), machine)
    if speed is None or tokens is None:
        return None
    return speed.seconds(tokens[0])[0] / 3600, speed.seconds(tokens[1])[1] / 3600


def _times(hours: Bounds | None, price: float | None) -> Bounds | None:
    return None if hours is None or price is None else (hours[0] * price, hours[1] * price)
