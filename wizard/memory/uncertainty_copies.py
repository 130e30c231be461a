"""Whether PEFT's layers on a rounded base copy what comes in: a reason for a range."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Cause
from wizard.memory.static import Static

NAME = "whether layers beside rounded weights copy their inputs"


def causes_of_copies(settings: Effective, known: Static) -> Iterator[Cause]:
    """Beside layers of bitsandbytes PEFT turns the input to the adapter's fp32, and DoRA's result back, where it sees
    no autocast: `torch.is_autocast_enabled()`, asked without a device, knows CUDA's alone. What is likely has the
    copies, as the recorded runs without a GPU have them; on a GPU there should be none, which nobody measured yet.

    Source: peft 0.19.1 and 0.21.2 tuners/lora/bnb.py, `requires_conversion`.
    """
    if known.uncopied:
        grown = _grown(settings, known)
        yield Cause(NAME, int(max(0.0, -grown)), int(max(0.0, grown)))


def _grown(settings: Effective, known: Static) -> float:
    """Bytes by which a step grows without the copies; below 0 it shrinks."""
    tokens = float(settings.tokens)
    pairs = list(zip(known.tapes, known.uncopied, strict=True))
    kept = sum([count * (b.forward.left(tokens) - a.forward.left(tokens)) for (count, a), (_, b) in pairs])
    passing = max([b.backward.peak(tokens) for _, b in known.uncopied])
    return kept + passing - max([a.backward.peak(tokens) for _, a in known.tapes])
