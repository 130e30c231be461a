"""MW866."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW866", "seed-out-of-range", "error", fix="unsafe", keys=("seed",), crashes="Seed must be between 0 and 2**32 - 1"
)
def seed_out_of_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`seed` is negative, or too large.

    What it checks
        `seed` is from 0 to 4294967295.

    Why it matters
        NumPy takes no other, and the run dies before the data is loaded.

    Example
        Bad:
            seed: -1

        Good:
            seed: 42

    Fix
        Take it out: it is 42 then. Not safe: other random numbers are drawn.

    Source
        axolotl 0.19.0 utils/schemas/config.py (any integer), numpy (executed)
    """
    plan = subject.plan
    if not 0 <= number(plan.get("seed"), 0.0) <= 2**32 - 1:
        message = f"seed {plan.shown('seed')} is not from 0 to 4294967295: the run dies before the data is loaded"
        yield self.finding(message, "seed", plan=plan, fix=Fix({"seed": REMOVE}, "unsafe", "no seed"))
