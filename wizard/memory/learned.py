"""A range that runs of this machine have narrowed, or widened: never so that a plan fits that did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from wizard.domain.estimate import Cause, Estimate, Fit, Range
from wizard.domain.receipt import Like, Receipt

LEAST = 9
"""Different settings below which nothing is learned."""
_BELIEVED = (0.25, 4.0)
"""Measured against forecast: what lies beyond was something else than this estimate is for."""
_ORDER: tuple[Fit, ...] = ("over", "tight", "fits")
MEASURED = "what like runs on this machine measured"


def residuals(receipts: Iterable[Receipt], like: Like) -> tuple[float, ...]:
    """Measured by forecast, of runs that ended well and are like this one; of the same settings the least and the most.

    Without a known torch no run is like another.
    """
    if like.torch is None:
        return ()
    found: dict[str, list[float]] = {}
    for one in receipts:
        if one.like != like or one.code != 0 or one.forecast is None or not one.allocated or (one.steps or 0) < 2:
            continue
        ratio = one.allocated / one.forecast[1]
        if _BELIEVED[0] <= ratio <= _BELIEVED[1]:
            found.setdefault(one.digest, []).append(ratio)
    if len(found) < LEAST:
        return ()
    return tuple(ratio for ratios in found.values() for ratio in {min(ratios), max(ratios)})


def learned(estimate: Estimate, ratios: Sequence[float], free: int | None) -> Estimate:
    """The estimate with the range that residuals of like runs give; the same where they are too few.

    Of n exchangeable residuals the next lies between the least and the most in n - 1 of n + 1 cases (split conformal
    prediction, Vovk, Gammerman and Shafer 2005); the range reaches further by as much as they lie apart, so that it
    covers what the wide one does. `low` never falls below its own. `high` rises freely, and falls only where what is
    free is known and the verdict stays what it was: no row, whatever it says, makes a plan fit.
    """
    if not ratios or free is None:
        return estimate
    own, apart = estimate.allocated, max(ratios) - min(ratios)
    low = min(own.likely, max(own.low, int(own.likely * (min(ratios) - apart))))
    top = own.likely * max(ratios)
    high = int(top) if top > own.high else max(own.likely, min(own.high, int(own.likely * (max(ratios) + apart))))
    made = _with_range(estimate, low, high)
    if _ORDER.index(made.fit(free)) > _ORDER.index(estimate.fit(free)):
        made = _with_range(estimate, low, own.high)
    if made.allocated == own:
        return estimate
    return replace(made, learned=_said(own, made.allocated, len(ratios)))


def _with_range(estimate: Estimate, low: int, high: int) -> Estimate:
    own, device = estimate.allocated, estimate.device
    more = high - own.high
    causes = (*estimate.causes, Cause(MEASURED, 0, more)) if more > 0 else estimate.causes
    return replace(
        estimate,
        allocated=Range(low, own.likely, high),
        device=Range(
            min(device.likely, device.low + low - own.low), device.likely, max(device.likely, device.high + more)
        ),
        causes=causes,
    )


def _said(own: Range, now: Range, count: int) -> str:
    verb = "widened" if now.high > own.high else "narrowed"
    return f"the range is {verb} by what {count} like runs on this machine needed"
