"""What a run costs on which GPUs, as text."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.domain.text import plain
from wizard.domain.units import gib
from wizard.fit.cost import Bounds, Lacks, RunCost
from wizard.knowledge.preference import throughput
from wizard.knowledge.prices import Price, dated

HEADS = ("GPUs", "plan", "needs", "hours", "on demand", "spot", "in the budget")
_MISSING: dict[Lacks, str] = {
    "data": "Missing is how much data there is: give a file that is here as path under\n"
    "datasets in the config, or with --model and no config: --data FILE.",
    "speed": "Missing is how fast it trains: it is told of no mixture of experts, of nothing\n"
    "that waits in host memory, and of no GPU whose rate is not known. Name another\n"
    "with --model or --gpu.",
    "price": "Missing is what an hour costs: no cloud of the price list has this GPU. Name\n"
    "another with --gpu; without --gpu every one that has a price is tried.",
}
_WITHIN = {True: "yes", None: "perhaps", False: "no"}


def cost_row(one: RunCost, budget: float) -> tuple[str, ...]:
    """One machine: hours, dollars on demand and spot, and whether that is within the budget."""
    price = one.price or Price()
    choice = one.found.choice
    return (
        one.machine.name or one.machine.title,
        choice.method.title,
        gib(one.found.estimate.device.likely),
        "unknown" if one.hours is None else between(one.hours),
        _dollars(one.dollars, price.cloud),
        _dollars(one.spot, price.spot_cloud),
        "unknown" if one.least is None else _WITHIN[one.within(budget)],
    )


def cheapest_text(found: Sequence[RunCost], budget: float) -> str:
    """The sentence on the cheapest that is within the budget, or on what is missing."""
    sure = [one for one in found if one.within(budget)]
    maybe = [one for one in found if one.least is not None and one.within(budget) is None]
    if sure or maybe:
        one = (sure or maybe)[0]
        assert one.least is not None
        how = " as a spot machine, which may be taken away" if one.least == one.spot != one.dollars else ""
        within = "" if sure else ", perhaps more than the budget"
        where = f"{one.machine.name or one.machine.title}{how}"
        return plain(f"The cheapest that fits and finishes the data: {where}, ${between(one.least)}{within}.")
    known = [one.least for one in found if one.least is not None]
    if known:
        return f"Nothing is within ${budget:,.2f}: the cheapest takes ${between(known[0])}."
    lacks = dict.fromkeys(one.lacks for one in found if one.lacks is not None)
    return "\n".join(["What it would cost is not known.", *(_MISSING[one] for one in lacks)])


def rough() -> str:
    """How far to trust it."""
    rate = throughput()
    return (
        f"Rough: prices are of SkyPilot's catalogue, read in {dated()}, the cheapest of a\n"
        f"few clouds; hours are arithmetic with {rate.low:.0%} to {rate.high:.0%} of the GPU's rate. Not in it:\n"
        "loading, evaluation, saving, disk, and what is lost when a spot machine is\n"
        "taken away."
    )


def between(bounds: Bounds) -> str:
    """`1.2 to 4.6`, to two figures."""
    low, high = (f"{float(f'{value:.2g}'):,g}" for value in bounds)
    return low if low == high else f"{low} to {high}"


def _dollars(bounds: Bounds | None, cloud: str | None) -> str:
    return "unknown" if bounds is None else f"${between(bounds)} ({cloud})"
