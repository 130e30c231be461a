"""MW744."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW744",
    "simpo-warmup-ratio",
    "error",
    keys=("warmup_ratio",),
    quotes="warmup_ratio is not supported with the simpo trainer",
)
def simpo_warmup_ratio(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`warmup_ratio` with `rl: simpo`.

    What it checks
        `rl` is "simpo" and `warmup_ratio` is not 0.

    Why it matters
        The trainer of SimPO takes steps alone. Axolotl refuses the file.

    Example
        Bad:
            rl: simpo
            warmup_ratio: 0.1

        Good:
            rl: simpo
            warmup_steps: 20

    Fix
        `warmup_steps` in place of `warmup_ratio`. How many depends on the length of the data.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1724 (executed)
    """
    plan = subject.plan
    if preference.rl(plan) == "simpo" and number(plan.get("warmup_ratio"), 0.0) != 0:
        ratio = plan.shown("warmup_ratio")
        message = f"warmup_ratio {ratio} with rl: simpo: Axolotl takes warmup_steps alone, and refuses it"
        yield self.finding(message, "warmup_ratio", "rl", plan=plan)
