"""MW968."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_UNIT = re.compile(r"\s*\d+(\.\d+)?\s*([GMK]iB|[GMK]B)", re.IGNORECASE)
_LEAST = 10**8
"""Bytes with which nothing of a model fits: less is meant in another unit."""
_Said = tuple[str, Literal["error", "warning"]]


@rule(
    "MW968",
    "memory-limit-unreadable",
    "error",
    keys=("max_memory", "gpu_memory_limit"),
    crashes="is not in a valid format. Use an integer for bytes",
)
def memory_limit_unreadable(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A limit of memory in a unit that accelerate does not know, or in another than is meant.

    What it checks
        In `max_memory`, and in `gpu_memory_limit` where it is a text: no unit or another than GiB, MiB, KiB, GB, MB and
        KB (`20`, `20G`). As a warning, a small `b` (`20Gb`), which is bits, and a whole number in `max_memory` below
        100 million, which is bytes.

    Why it matters
        accelerate reads the limits when the model is loaded, and dies of what it can't read: "is not in a valid
        format". A whole number in `max_memory` is in bytes, 20 of which hold no layer: all goes to the CPU. `20Gb` is
        an eighth of what it seems. In `gpu_memory_limit` a whole number is in GiB.

    Example
        Bad:
            gpu_memory_limit: 20G

        Bad:
            max_memory:
              0: 20

        Bad:
            gpu_memory_limit: 20Gb

        Good:
            gpu_memory_limit: 20GiB

        Good:
            gpu_memory_limit: 20

    Fix
        The number with its unit, `20GiB`. There is none to apply: which unit is meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/model.py (0.21.0 :923-957, _set_device_map_config); accelerate 1.13.0 and
        1.15.0 utils/modeling.py, convert_file_size_to_int (executed)
    """
    plan = subject.plan
    for key, place, limit in _limits(plan):
        said = _of_bytes(limit) if place and isinstance(limit, int) else _of_text(limit)
        if said is not None:
            yield self.finding(f"{key}{place} is {limit}{said[0]}", key, plan=plan, severity=said[1])


def _limits(plan: Plan) -> Iterator[tuple[str, str, object]]:
    yield "gpu_memory_limit", "", plan.get("gpu_memory_limit")
    for place, limit in mapping(plan, "max_memory").items():
        yield "max_memory", f".{place}", limit


def _of_bytes(limit: int) -> _Said | None:
    if isinstance(limit, bool) or not 0 < limit < _LEAST:
        return None
    return " bytes: no layer fits, and nothing of the model is put there", "warning"


def _of_text(limit: object) -> _Said | None:
    if not isinstance(limit, str) or not limit.strip():
        return None
    if _UNIT.fullmatch(limit) is None:
        return ", which has no unit that accelerate knows, as 20GiB: the run dies when the model is loaded", "error"
    if re.search(r"[gmkGMK]b$", limit):
        return ", in bits: an eighth of as many bytes; with a large B it is bytes", "warning"
    return None
