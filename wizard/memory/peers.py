"""The range of a model of which only the size is known: it holds what known models of about that size need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wizard.domain.estimate import Cause, Estimate, Range


def among(found: Estimate, peers: Sequence[Estimate]) -> Estimate:
    """The estimate with a range no narrower than that of all of them together; what is likely stays."""
    allocated = _wide([one.allocated for one in (found, *peers)])
    less, more = found.allocated.low - allocated.low, allocated.high - found.allocated.high
    differ = Cause("how models of about this size differ: vocabulary, width, depth", less, more)
    return replace(
        found,
        allocated=allocated,
        device=_wide([one.device for one in (found, *peers)]),
        host_need=_wide([one.host_need for one in (found, *peers)]),
        causes=(*found.causes, differ) if less or more else found.causes,
    )


def _wide(ranges: Sequence[Range]) -> Range:
    """From the lowest low to the highest high, around the first's likely figure."""
    return Range(min(one.low for one in ranges), ranges[0].likely, max(one.high for one in ranges))
