"""MW869."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import checkpointing
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW869",
    "blank-saved-module",
    "error",
    fix="safe",
    keys=("selective_checkpointing",),
    quotes="save_modules entries must be non-empty strings",
    axolotl_since="0.20",
)
def blank_saved_module(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An empty name in `selective_checkpointing.save_modules`.

    What it checks
        An entry of `selective_checkpointing.save_modules` that is empty or blank.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            gradient_checkpointing: true
            selective_checkpointing: {save_modules: ["down_proj", " "]}

        Good:
            gradient_checkpointing: true
            selective_checkpointing: {save_modules: ["down_proj"]}

    Fix
        The entry goes. Safe: it names nothing.

    Source
        axolotl 0.20.0 utils/schemas/training.py:95 (executed)
    """
    plan = subject.plan
    named = checkpointing.saved_modules(plan)
    left = [name for name in named if name.strip()]
    if len(left) < len(named):
        fix = Fix({"selective_checkpointing": checkpointing.with_modules(plan, left)}, "safe", "no empty entry")
        message = "selective_checkpointing.save_modules has an empty entry: Axolotl refuses the file"
        yield self.finding(message, "selective_checkpointing", plan=plan, fix=fix)
