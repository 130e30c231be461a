"""MW511."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW511", "ebft-without-block", "error", keys=("rl",), quotes="`ebft` config section is required")
def ebft_without_block(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`rl: ebft` without its block.

    What it checks
        `rl` is ebft and `ebft` is absent or empty.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            rl: ebft

        Bad:
            rl: ebft
            ebft: {}

        Good:
            rl: ebft
            ebft: {mode: structured}

    Fix
        Add a block `ebft` with at least `mode: structured` (questions with answers) or `mode: strided` (plain text).

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1943 (executed)
    """
    plan = subject.plan
    if preference.rl(plan) == "ebft" and not plan.get("ebft"):
        message = "rl: ebft without a block ebft: Axolotl refuses it, and wants mode: structured or strided at least"
        yield self.finding(message, "rl", "ebft", plan=plan)
