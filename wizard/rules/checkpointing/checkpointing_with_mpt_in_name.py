"""MW504."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl.checkpointing import gradient_checkpointing
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_WORD = re.compile(r"(?<![a-z])mpt(?![a-z])")


@rule(
    "MW504",
    "checkpointing-with-mpt-in-name",
    "error",
    keys=("gradient_checkpointing",),
    quotes="gradient_checkpointing is not supported for MPT models",
)
def checkpointing_with_mpt_in_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`gradient_checkpointing` with "mpt" in the name of the base model.

    What it checks
        `base_model` has the letters "mpt" anywhere, in any case, and `gradient_checkpointing` is on.

    Why it matters
        Axolotl refuses it, and looks at nothing but the letters: a local path such as `./prompt-model` or
        `/data/attempt-3` is refused just as an MPT model is.

    Example
        Bad:
            base_model: mosaicml/mpt-7b
            gradient_checkpointing: true

        Bad:
            base_model: ./attempt-3/merged
            gradient_checkpointing: true

        Good:
            base_model: ./try-3/merged
            gradient_checkpointing: true

    Fix
        For an MPT model, take `gradient_checkpointing` out; for another, move it to a path without these letters.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1569 (executed)
    """
    plan = subject.plan
    name = plan.get("base_model")
    if not isinstance(name, str) or "mpt" not in name.lower() or not gradient_checkpointing(plan):
        return
    if _WORD.search(name.lower()):
        message = f"gradient_checkpointing with {name}: Axolotl refuses it for MPT models"
    else:
        message = (
            f'base_model {name} has the letters "mpt": Axolotl takes it for MPT and refuses gradient_checkpointing'
        )
    yield self.finding(message, "base_model", "gradient_checkpointing", plan=plan)
