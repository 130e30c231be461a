"""MW718."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW718",
    "val-set-of-a-stream",
    "error",
    fix="unsafe",
    keys=("val_set_size",),
    quotes=(
        "val_set_size is not supported with pretraining_dataset",
        "val_set_size is not supported with streaming datasets",
    ),
)
def val_set_of_a_stream(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`val_set_size` with streamed data.

    What it checks
        `val_set_size` is not 0, and `pretraining_dataset` or `streaming` is set.

    Why it matters
        A stream's length is not known, so no share of it can be set aside. Axolotl refuses the file.

    Example
        Bad:
            streaming: true
            max_steps: 100
            val_set_size: 0.05

        Bad:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                type: pretrain
            max_steps: 100
            val_set_size: 0.05

        Good:
            streaming: true
            max_steps: 100
            test_datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train

    Fix
        `val_set_size` goes; `test_datasets` can name rows in its place. Not safe: nothing is evaluated then.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1516 and :1527 (executed)
    """
    plan = subject.plan
    streamed = next(iter(early.which(plan, ("pretraining_dataset", "streaming"))), None)
    if streamed and early.is_set(plan, "val_set_size"):
        message = (
            f"val_set_size {plan.shown('val_set_size')} with {streamed}: Axolotl can't split a stream and refuses it"
        )
        fix = Fix({"val_set_size": REMOVE}, "unsafe", "no val_set_size")
        yield self.finding(message, "val_set_size", streamed, plan=plan, fix=fix)
