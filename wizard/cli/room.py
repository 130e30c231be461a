"""How much is free on the disk that a run would write to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.review import Review


def free_disk_of(review: Review) -> int | None:
    """Bytes free where the output folder is or would be.

    None where the plan is for another machine or names no folder: of that disk nothing is known.
    """
    from wizard.world.there import free_disk

    folder = review.plan.get("output_dir")
    if review.machine is None or review.machine.origin != "probed" or not isinstance(folder, str) or not folder:
        return None
    return free_disk(folder)
