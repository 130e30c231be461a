"""MW436."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.axolotl.packing import streams
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW436", "group-by-length-packed", "hint", fix="safe", keys=("group_by_length",))
def group_by_length_packed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`group_by_length` beside `sample_packing`, which chooses the rows itself.

    What it checks
        Both are on, and data is not streamed.

    Why it matters
        The packing sampler draws samples at random (or in order) and never asks for groups, so
        `group_by_length` likely only costs a pass over the dataset.

    Example
        Bad:
            sample_packing: true
            group_by_length: true

        Good:
            sample_packing: true

    Fix
        Take `group_by_length` out. Safe: the same rows are packed.

    Source
        axolotl 0.19.0 core/trainers/base.py:200, utils/trainer.py:331 (read)
    """
    plan = subject.plan
    if not flag(plan.get("group_by_length")) or not packing.sample_packing(plan):
        return
    if preference.rl(plan) or streams(plan):
        return
    message = "group_by_length likely has no effect beside sample_packing, which chooses the rows itself"
    fix = Fix({"group_by_length": REMOVE}, "safe", "no group_by_length")
    yield self.finding(message, "group_by_length", "sample_packing", plan=plan, fix=fix)
