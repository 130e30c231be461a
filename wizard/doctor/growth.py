"""Whether memory grew from step to step, by what Axolotl logs after each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from wizard.doctor.heard import Sample
from wizard.domain.units import MIB

_LEAST, _PARTS = 8, 8
"""Samples below which nothing is said, and the parts of the run that are compared."""


def growth(samples: Sequence[Sample], before: int) -> tuple[Sample, Sample] | None:
    """The first and the last sample of a run whose memory grew through all of it; None where it did not.

    Each of eight parts of it has to hold more than the one before, but for one: a longer batch now and then makes a
    peak, and no slope. Axolotl 0.19 to 0.21 measure each interval anew (utils/bench.py gpu_memory_usage_all).
    """
    found = [one for one in samples if not one.evaluation and one.line < before]
    if len(found) < _LEAST:
        return None
    size = len(found) / _PARTS
    middles = [median(one.active for one in found[int(size * part) : int(size * (part + 1))]) for part in range(_PARTS)]
    rises = sum(later > earlier for earlier, later in itertools.pairwise(middles))
    more = middles[-1] - middles[0]
    return (found[0], found[-1]) if rises >= _PARTS - 2 and more >= max(256 * MIB, middles[0] * 0.1) else None
