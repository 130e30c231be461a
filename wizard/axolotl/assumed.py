"""The assumption that an estimate leans on most, for who is told that something does not fit."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Estimate


def largest_assumption(settings: Effective, estimate: Estimate) -> str:
    """`every row is counted full, 2,048 tokens`; empty where rows are filled anyway, or where loading decides."""
    if settings.pads or estimate.worst_phase in ("load", "save"):
        return ""
    return f"every row is counted full, {settings.row:,} tokens"
