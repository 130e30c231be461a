"""MW420."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.axolotl.packing import streams
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW420",
    "stream-without-max-steps",
    "error",
    keys=("pretraining_dataset", "streaming"),
    quotes=(
        "max_steps must be set when using iterable pretraining_dataset",
        "max_steps must be set when using streaming datasets",
    ),
)
def stream_without_max_steps(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Data is streamed and `max_steps` is not set.

    What it checks
        `pretraining_dataset` or `streaming` is on and `max_steps` is not set (0 counts as not set).

    Why it matters
        A stream has no length, so neither the number of steps nor the learning rate's schedule can be
        computed from epochs. Axolotl refuses the config.

    Example
        Bad:
            streaming: true

        Bad:
            datasets: null
            pretraining_dataset:
              - path: allenai/c4
                name: en

        Good:
            streaming: true
            max_steps: 1000

    Fix
        Set `max_steps`. An epoch is samples / (micro_batch_size x gradient_accumulation_steps x GPUs) steps,
        and fewer with packing.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1483 and :1539 (executed)
    """
    plan = subject.plan
    if not streams(plan) or plan.get("max_steps"):
        return
    named = "pretraining_dataset" if packing.pretraining_dataset(plan) else "streaming"
    message = f"{named} needs max_steps, since a stream has no length: Axolotl refuses it"
    yield self.finding(message, "max_steps", named, plan=plan)
