"""What to say and to type once a file is written."""

from __future__ import annotations

from shlex import quote

from wizard.domain.units import gib
from wizard.review import Review


def commands(path: str) -> str:
    """The commands that come next, one a line."""
    return f"axolotl preprocess {quote(path)}\naxolotl train {quote(path)}"


def doubt(review: Review) -> str:
    """What to say of a plan that may not run; empty where it fits or that is not known."""
    estimate, free = review.estimate, review.machine.free_bytes if review.machine else None
    if estimate is None or review.fit not in ("over", "tight"):
        return ""
    if review.fit == "over":
        return f"✗ It does not fit: it needs {gib(estimate.device.likely)}, {gib(free)} are free. Training will fail."
    need = f"likely {gib(estimate.device.likely)}, at most {gib(estimate.device.high)}"
    return f"~ It may not fit: {need}, {gib(free)} are free."
