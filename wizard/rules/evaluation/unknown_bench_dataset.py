"""MW755."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = ("mmlu-zs", "mmlu", "mmlu-fs")


@rule(
    "MW755",
    "unknown-bench-dataset",
    "error",
    keys=("bench_dataset",),
    crashes="for bench_dataset training args",
)
def unknown_bench_dataset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`bench_dataset` is neither a known benchmark nor a data set.

    What it checks
        With `do_bench_eval`: `bench_dataset` is mmlu, mmlu-zs or mmlu-fs, or has a slash, as `owner/name/file` on the
        hub has.

    Why it matters
        The run dies when the trainer is made, after the data is prepared and the model loaded.

    Example
        Bad:
            do_bench_eval: true
            bench_dataset: hellaswag
            val_set_size: 0.05
            evals_per_epoch: 1

        Good:
            do_bench_eval: true
            bench_dataset: mmlu-zs
            val_set_size: 0.05
            evals_per_epoch: 1

    Fix
        Write one of those. There is none to apply: which is meant is not known.

    Source
        axolotl 0.19.0 utils/callbacks/__init__.py:177-210 (read, 0.21.0 the same)
    """
    plan = subject.plan
    name = plan.get("bench_dataset")
    if flag(plan.get("do_bench_eval")) and isinstance(name, str) and name and name not in _KNOWN and "/" not in name:
        message = f"bench_dataset: {name} is neither {', '.join(_KNOWN)} nor a data set of the hub: the run dies"
        yield self.finding(message, "bench_dataset", plan=plan)
