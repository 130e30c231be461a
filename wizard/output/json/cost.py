"""The JSON of `memwizard fit --budget`."""

from __future__ import annotations

from wizard.domain.plan import REMOVE
from wizard.fit.cost import Bounds, RunCost
from wizard.knowledge.prices import Price, dated
from wizard.output.json.shape import LineShape, Shape


class BoundsOut(Shape):
    """The least and the most."""

    low: float
    high: float


class CostOut(LineShape):
    """One line of `memwizard fit --budget --json`: a machine on which something fits. What is not known is null.

    `hour_usd`, `spot_hour_usd`: of all its GPUs together. `within`: true where even the most is within the budget,
    false where not even the least is.
    """

    gpu: str
    method: str
    device_bytes: int
    changes: dict[str, object]
    hours: BoundsOut | None
    hour_usd: float | None
    cloud: str | None
    usd: BoundsOut | None
    spot_hour_usd: float | None
    spot_cloud: str | None
    spot_usd: BoundsOut | None
    within: bool | None
    prices_of: str


def cost_out(one: RunCost, budget: float) -> CostOut:
    """A machine as JSON."""
    price = one.price or Price()
    return CostOut(
        gpu=one.machine.name or one.machine.title,
        method=one.found.choice.method.name,
        device_bytes=one.found.estimate.device.likely,
        changes={name: None if value is REMOVE else value for name, value in one.found.changes.items()},
        hours=_bounds(one.hours),
        hour_usd=price.hour,
        cloud=price.cloud,
        usd=_bounds(one.dollars),
        spot_hour_usd=price.spot,
        spot_cloud=price.spot_cloud,
        spot_usd=_bounds(one.spot),
        within=one.within(budget),
        prices_of=dated(),
    )


def _bounds(found: Bounds | None) -> BoundsOut | None:
    return BoundsOut(low=found[0], high=found[1]) if found is not None else None
