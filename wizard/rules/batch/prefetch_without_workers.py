"""MW117."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW117",
    "prefetch-without-workers",
    "error",
    fix="safe",
    keys=("dataloader_prefetch_factor",),
    crashes="--dataloader_prefetch_factor can only be set when data is loaded in a different process",
)
def prefetch_without_workers(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`dataloader_prefetch_factor` without a worker that could load ahead.

    What it checks
        `dataloader_prefetch_factor` is set and `dataloader_num_workers` is 0 or not set (Axolotl fills it in
        only where no `dataloader_*` setting is written).

    Why it matters
        Axolotl's validation lets it pass, but transformers refuses the pair: "--dataloader_prefetch_factor can
        only be set when data is loaded in a different process". The run dies after the model is loaded.

    Example
        Bad:
            dataloader_prefetch_factor: 4

        Good:
            dataloader_prefetch_factor: 4
            dataloader_num_workers: 2

    Fix
        Take `dataloader_prefetch_factor` out. Safe: the same batches come.

    Source
        transformers 5.16.1 training_args.py:1764, axolotl 0.19.0 utils/schemas/config.py:2217,
        core/builders/base.py:645 (trained with on a CPU, 0.21 too)
    """
    plan = subject.plan
    if number(plan.get("dataloader_num_workers"), 0.0) != 0:
        return
    message = "dataloader_prefetch_factor without dataloader_num_workers: transformers refuses it when the run starts"
    fix = Fix({"dataloader_prefetch_factor": REMOVE}, "safe", "no dataloader_prefetch_factor")
    yield self.finding(message, "dataloader_prefetch_factor", "dataloader_num_workers", plan=plan, fix=fix)
