"""MW865."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, preference
from wizard.axolotl.turns import LISTS
from wizard.domain.finding import Finding
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW865",
    "shard-out-of-range",
    "error",
    keys=(*LISTS, "dataset_shard_idx"),
    crashes="index should be in [0, num_shards-1]",
)
def shard_out_of_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data set's `shards_idx` is not one of its `shards`.

    What it checks
        In each entry of `datasets` and `test_datasets` with `shards`: `shards_idx` is below it. Of the whole,
        `dataset_shard_idx` is below `dataset_shard_num`; under `rl` nobody reads those two.

    Why it matters
        The parts are counted from 0. The run dies when the data is loaded.

    Example
        Bad:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                shards: 2
                shards_idx: 2

        Bad:
            dataset_shard_num: 4
            dataset_shard_idx: 4

        Good:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                shards: 2
                shards_idx: 1

    Fix
        Write a number below that of the shards. There is none to apply: which part is meant is not known.

    Source
        axolotl 0.19.0 utils/data/sft.py (executed), datasets 4.8.4 Dataset.shard; 0.21.0 the same (on a CPU)
    """
    plan = subject.plan
    for entry in datasets.entries(plan, *LISTS):
        parts, wanted = integer(entry.values.get("shards"), 0), integer(entry.values.get("shards_idx"), 0)
        if 0 < parts <= wanted:
            message = f"{entry.path()}: shards_idx {wanted} of {parts} shards, which are counted from 0: "
            yield self.finding(f"{message}the run dies when data is loaded", entry.path("shards_idx"), plan=plan)
    parts, wanted = integer(plan.get("dataset_shard_num"), 0), integer(plan.get("dataset_shard_idx"), 0)
    if not preference.rl(plan) and parts and not 0 <= wanted < parts:
        message = f"dataset_shard_idx {wanted} of {parts} shards, which are counted from 0: "
        yield self.finding(f"{message}the run dies when data is loaded", "dataset_shard_idx", plan=plan)
