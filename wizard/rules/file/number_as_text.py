"""MW813."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("tensor_parallel_size", "gc_steps")


@rule(
    "MW813",
    "number-as-text",
    "error",
    fix="safe",
    keys=(*_KEYS, "trl"),
    quotes="not supported between instances of 'str' and 'int'",
)
def number_as_text(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number written as text where Axolotl compares it before it reads types.

    What it checks
        `tensor_parallel_size`, `gc_steps`, or under `rl: grpo` `trl.num_generations`, as a text that is a whole number.

    Why it matters
        Elsewhere Axolotl makes a number of it. Here a check comes first, and Python can't compare text with a number:
        Axolotl stops with a TypeError that names no key.

    Example
        Bad:
            tensor_parallel_size: "2"

        Good:
            tensor_parallel_size: 2

    Fix
        The same number without quotes. Safe: it is what was meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:855 and :1286, config.py:2259 (executed)
    """
    plan = subject.plan
    for key in _KEYS:
        number = _whole(plan.get(key))
        if number is not None:
            fix = Fix({key: number}, "safe", f"{key}: {number}")
            yield self.finding(_message(key, number), key, plan=plan, fix=fix)
    block = batch.trl(plan)
    number = _whole(block.get("num_generations"))
    if number is not None and preference.rl(plan) == "grpo":
        fix = Fix({"trl": {**block, "num_generations": number}}, "safe", f"trl.num_generations: {number}")
        yield self.finding(_message("trl.num_generations", number), "trl", plan=plan, fix=fix)


def _message(key: str, number: int) -> str:
    return f"{key} is the text '{number}', and Axolotl compares it before it reads types: it stops with a TypeError"


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.strip().isdecimal() and len(value) < 12 else None
