"""What a layer may do otherwise than its tape: reasons for a range."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Cause
from wizard.memory.static import Static, Tapes


def causes_of_tapes(settings: Effective, known: Static) -> Iterator[Cause]:
    """Each doubt, and by how much a step would shrink or grow."""
    for name, tapes in known.doubts:
        grown = _grown(settings, known, tapes)
        yield Cause(name, int(max(0.0, -grown)), int(max(0.0, grown)))


def _grown(settings: Effective, known: Static, tapes: Tapes) -> float:
    """Bytes by which a step grows with these tapes; below 0 it shrinks."""
    tokens = float(settings.tokens)
    pairs = zip(known.tapes, tapes, strict=True)
    kept = sum([count * (b.forward.left(tokens) - a.forward.left(tokens)) for (count, a), (_, b) in pairs])
    passing = max([b.backward.peak(tokens) for _, b in tapes])
    return kept + passing - max([a.backward.peak(tokens) for _, a in known.tapes])
