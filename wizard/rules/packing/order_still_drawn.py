"""MW924."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW924", "order-still-drawn", "warning", keys=("shuffle_merged_datasets",))
def order_still_drawn(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`shuffle_merged_datasets: false` alone, which does not keep the order of the rows.

    What it checks
        It is off and `curriculum_sampling` is not on, in supervised training that does not stream.

    Why it matters
        The rows are put together in their order, and then the trainer draws them at random: what was sorted from
        easy to hard is trained in any order.

    Example
        Bad:
            shuffle_merged_datasets: false

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
    written = plan.get("shuffle_merged_datasets")
    if written is None or flag(written) or flag(plan.get("curriculum_sampling")):
        return
    if preference.rl(plan) or packing.streams(plan):
        return
    message = "shuffle_merged_datasets: false: rows are still drawn at random; curriculum_sampling keeps their order"
    yield self.finding(message, "shuffle_merged_datasets", plan=plan)
