"""MW922."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, evaluation, packing, preference
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan
from wizard.rules.registry import Rule, Subject, rule

_WARNS = Version(0, 20)
"""The first that warns of a weight itself."""


@rule("MW922", "left-out-of-a-stream", "warning", keys=("streaming", "pretraining_dataset"))
def left_out_of_a_stream(self: Rule, subject: Subject) -> Iterator[Finding]:
    """What streamed data leaves out.

    What it checks
        `test_datasets` beside `streaming` without `sample_packing`; a `weight` below 1 of a streamed data set (under
        0.19: later ones warn, MW981); and more than one entry under `pretraining_dataset`.

    Why it matters
        Axolotl takes all of it. Unpacked streams come back before the evaluation's data is looked at; a stream has no
        rows to draw a share of; and of several entries for pretraining only the first is read.

    Example
        Bad:
            streaming: true
            max_steps: 100
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

        Bad for 0.19:
            streaming: true
            max_steps: 100
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                weight: 0.5

        Bad:
            datasets: null
            streaming: true
            max_steps: 100
            pretraining_dataset:
              - path: allenai/c4
                name: en
              - path: HuggingFaceFW/fineweb-edu

        Good:
            max_steps: 100
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                weight: 0.5

    Fix
        Without `streaming` all of it counts; several sources for pretraining go together into one data set first. There
        is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/sft.py, _prepare_streaming_dataset, _extract_pretraining_config,
        _load_and_process_single_dataset (0.21.0 executed on a CPU)
    """
    plan = subject.plan
    if preference.rl(plan) or not packing.streams(plan):
        return
    if packing.pretraining_dataset(plan):
        listed = datasets.entries(plan, "pretraining_dataset")
        if len(listed) > 1:
            message = f"pretraining_dataset: of {len(listed)} entries Axolotl reads the first alone"
            yield self.finding(message, "pretraining_dataset", plan=plan)
        return
    if not packing.sample_packing(plan) and evaluation.test_datasets(plan):
        message = "test_datasets with streaming and no sample_packing: nothing is evaluated"
        yield self.finding(message, "test_datasets", "streaming", plan=plan)
    if of_plan(plan) >= _WARNS:
        return  # MW981
    for entry in datasets.entries(plan, "datasets"):
        if 0 < number(entry.values.get("weight"), 1.0) < 1:
            message = "weight of a streamed data set: Axolotl draws no share of it, all rows are trained"
            yield self.finding(message, entry.path("weight"), "streaming", plan=plan)
