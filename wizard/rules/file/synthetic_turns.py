"""MW871."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import integer, number
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW871",
    "synthetic-turns",
    "error",
    fix="unsafe",
    keys=("datasets",),
    quotes=(
        "max_turns must exceed min_turns",
        "sequence_length must be at least",
    ),
    axolotl_since="0.21",
)
def synthetic_turns(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Made-up rows with turns that do not fit.

    What it checks
        An entry of `datasets` of the type `_synthetic`: `min_turns` above 1 and `max_turns` not above it; or, where
        a row has several turns or an `input_fraction`, a `sequence_length` below `min_turns` times
        `min_turn_length` (32).

    Why it matters
        Axolotl refuses the file: no row could be made.

    Example
        Bad:
            datasets:
              - path: synthetic
                type: _synthetic
                min_turns: 2

        Bad:
            datasets:
              - path: synthetic
                type: _synthetic
                min_turns: 2
                max_turns: 4
                sequence_length: 40

        Good:
            datasets:
              - path: synthetic
                type: _synthetic
                min_turns: 2
                max_turns: 4
                sequence_length: 512

    Fix
        One turn more than the least, or the least length. Not safe: other rows.

    Source
        axolotl 0.21.0 utils/schemas/datasets.py:370 (executed)
    """
    plan = subject.plan
    for entry in datasets.entries(plan, "datasets"):
        if entry.model != datasets.SYNTHETIC:
            continue
        least, most = (integer(entry.values.get(key), 1) for key in ("min_turns", "max_turns"))
        wanted, changed = _wanted(entry.values, least, most), dict(entry.values)
        if least > 1 and most <= least:
            key, changed["max_turns"] = "max_turns", least + 1
            why = f"max_turns {most} is not above min_turns {least}"
        elif integer(entry.values.get("sequence_length"), wanted) < wanted:
            key, changed["sequence_length"] = "sequence_length", wanted
            why = f"sequence_length is less than the {wanted} tokens of the fewest turns"
        else:
            continue
        path = entry.path(key) if key in entry.values else entry.path()
        entries = put(plan.values["datasets"], (entry.number,), changed)
        fix = Fix({"datasets": entries}, "unsafe", f"{key}: {changed[key]}")
        yield self.finding(f"{path}: {why}: Axolotl refuses the file", path, plan=plan, fix=fix)


def _wanted(values: dict[str, object], least: int, most: int) -> int:
    """The tokens of a row with the fewest turns; 0 where any length will do."""
    share = number(values.get("input_fraction"), 0.25 if most > 1 else 0.0)
    if most <= 1 and share <= 0:
        return 0
    return max(integer(values.get("min_turn_length"), 32), 2 if share > 0 else 1) * least
