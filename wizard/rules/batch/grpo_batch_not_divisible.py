"""MW111."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.batch import groups
from wizard.domain.finding import Finding, Fix
from wizard.rules.batch._common import enough
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW111",
    "grpo-batch-not-divisible",
    "error",
    fix="unsafe",
    keys=("trl",),
    quotes="GRPO: generation batch size must be divisible by `trl.num_generations`",
)
def grpo_batch_not_divisible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The batch of GRPO is no multiple of the answers a prompt.

    What it checks
        `rl: grpo` and `trl.num_generations` does not divide `trl.generation_batch_size`, or, where that is
        not set, `micro_batch_size` x `gradient_accumulation_steps` (1 where one of them is not set).

    Why it matters
        Every prompt is answered `num_generations` times within one batch, so groups must fill it exactly.
        Axolotl refuses the config.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 2
            gradient_accumulation_steps: 3
            trl:
              num_generations: 4

        Bad:
            rl: grpo
            trl:
              num_generations: 4
              generation_batch_size: 6

        Good:
            rl: grpo
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            trl:
              num_generations: 4

    Fix
        The next larger `gradient_accumulation_steps` (or `trl.generation_batch_size`) that fits. It costs
        no GPU memory. Unsafe: the number of answers in a step changes.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:888 (executed)
    """
    plan = subject.plan
    found = groups(plan, subject.gpus)
    if found is None or found.size < 2 or found.batch % found.size == 0:
        return
    message = f"{found.batch} answers a step ({found.source}) is no multiple of trl.num_generations {found.size}"
    change = enough(plan, found, found.batch)
    fix = subject.first_that_runs(Fix(change[0], "unsafe", change[1])) if change else None
    fields = ("trl",) if found.direct else ("gradient_accumulation_steps", "micro_batch_size", "trl")
    yield self.finding(f"{message}: Axolotl refuses it", *fields, plan=plan, fix=fix)
