"""MW837."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW837",
    "warmup-steps-as-share",
    "error",
    fix="unsafe",
    keys=("warmup_steps",),
    quotes="warmup_steps: Input should be a valid integer",
)
def warmup_steps_as_share(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`warmup_steps` is a share of the steps, which is `warmup_ratio`.

    What it checks
        `warmup_steps` is a number between 0 and 1.

    Why it matters
        transformers 5 takes it so; Axolotl takes whole steps alone, and refuses the file.

    Example
        Bad:
            warmup_steps: 0.1

        Good:
            warmup_ratio: 0.1

    Fix
        `warmup_ratio` with the same number. Not safe: the file is refused as it is.

    Source
        axolotl 0.19.0 utils/schemas/training.py (executed), v0.17.0 examples/expert_parallel (read)
    """
    plan = subject.plan
    value = plan.get("warmup_steps")
    if not isinstance(value, float) or not 0 < value < 1:
        return
    changes: dict[str, object] = {"warmup_steps": REMOVE}
    if "warmup_ratio" not in subject.written:
        changes["warmup_ratio"] = value
    fix = Fix(changes, "unsafe", f"warmup_ratio: {value}")
    message = f"warmup_steps: {in_yaml(value)} is a share of the steps: Axolotl takes whole steps and refuses the file"
    yield self.finding(message, "warmup_steps", plan=plan, fix=fix)
