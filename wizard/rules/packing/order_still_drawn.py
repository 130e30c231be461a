"""MW924."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW924", "order-still-drawn", "warning", keys=("shuffle_merged_datasets", "group_by_length"))
def order_still_drawn(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An order of the rows that is not kept: `shuffle_merged_datasets: false` alone, or lengths beside a curriculum.

    What it checks
        `shuffle_merged_datasets` is off and `curriculum_sampling` is not on, or that and `group_by_length` both are, in
        supervised training that does not stream.

    Why it matters
        The rows are put together in their order, and then the trainer draws them at random: what was sorted from
        easy to hard is trained in any order. With `curriculum_sampling` rows are taken one by
        one, and nobody groups them by length.

    Example
        Bad:
            shuffle_merged_datasets: false

        Bad:
            curriculum_sampling: true
            group_by_length: true

        Good:
            shuffle_merged_datasets: false
            curriculum_sampling: true

    Fix
        `curriculum_sampling: true` keeps the order, where that is meant. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/shared.py (merge_datasets), core/trainers/base.py (_get_train_sampler:
        RandomSampler unless curriculum_sampling) (read)
    """
    plan = subject.plan
    written, in_order = plan.get("shuffle_merged_datasets"), flag(plan.get("curriculum_sampling"))
    if preference.rl(plan) or packing.streams(plan):
        return
    if in_order and flag(plan.get("group_by_length")):
        message = "group_by_length with curriculum_sampling: rows are taken in their order, not by length"
        yield self.finding(message, "group_by_length", "curriculum_sampling", plan=plan)
    if written is None or flag(written) or in_order:
        return
    message = "shuffle_merged_datasets: false: rows are still drawn at random; curriculum_sampling keeps their order"
    yield self.finding(message, "shuffle_merged_datasets", plan=plan)
