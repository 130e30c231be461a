"""Free memory that moves while the person thinks."""

from __future__ import annotations

from dataclasses import replace

from wizard.domain.machine import Machine

_WORTH_A_WORD = 64 << 20
"""Bytes: free memory that moves less is not spoken of."""


def seen_again(before: Machine, now: Machine, planned: Machine) -> tuple[Machine, Machine | None]:
    """What to take for the probed machine, and the planned one with what is free now (None: as good as before).

    `before`: as it was probed last; what moves little by little is compared with that until it is worth a word.
    """
    if planned.origin != "probed" or not now.gpus:
        return now, None
    wanted = {gpu.index for gpu in planned.gpus}
    seen = replace(now, gpus=tuple(gpu for gpu in now.gpus if gpu.index in wanted), notes=planned.notes)
    was, free = planned.free_bytes, seen.free_bytes
    known = was is not None and free is not None
    if len(seen.gpus) != len(planned.gpus) or was is None or free is None or abs(was - free) < _WORTH_A_WORD:
        return before if known else now, None
    return now, seen
