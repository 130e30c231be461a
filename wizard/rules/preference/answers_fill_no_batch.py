"""MW792."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding, Fix
from wizard.rules.batch._common import enough
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW792",
    "answers-fill-no-batch",
    "error",
    fix="unsafe",
    keys=("rl",),
    crashes="must be divisible by num_generations",
)
def answers_fill_no_batch(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Groups of answers that do not fill a batch, where Axolotl does not look.

    What it checks
        With `rl: gdpo`, or `rl: grpo` without `trl.num_generations` (8 then), whether the answers of a step,
        `micro_batch_size` x `gradient_accumulation_steps` x GPUs or `trl.generation_batch_size`, are a multiple of the
        answers to a prompt. With `grpo` and the number written Axolotl looks itself (MW111).

    Why it matters
        TRL stops when the trainer's settings are made, with the model loaded: "generation_batch_size (2) must be
        divisible by num_generations (8)".

    Example
        Bad:
            rl: grpo
            micro_batch_size: 2
            trl:
              reward_funcs: [rewards.length]

        Bad:
            rl: gdpo
            micro_batch_size: 2
            gradient_accumulation_steps: 3
            trl:
              num_generations: 4
              reward_funcs: [rewards.length, rewards.brevity]

        Good:
            rl: grpo
            micro_batch_size: 8
            trl:
              reward_funcs: [rewards.length]

    Fix
        The `gradient_accumulation_steps` (or `trl.generation_batch_size`) that fits. It costs no GPU memory. Unsafe:
        the number of answers in a step changes.

    Source
        trl 1.14.1 trainer/grpo_config.py:1085-1122 (executed); axolotl 0.21.0 utils/schemas/validation.py:1067-1076
    """
    plan = subject.plan
    found = batch.unchecked_groups(plan, subject.gpus)
    if found is None or found.size < 1 or found.batch % found.size == 0:
        return
    change = enough(plan, found, found.batch)
    fix = subject.first_that_runs(Fix(change[0], "unsafe", change[1])) if change else None
    message = f"{found.batch} answers a step are no multiple of the {found.size} to each prompt: the run dies when the "
    fields = ("trl", "gradient_accumulation_steps", "micro_batch_size")
    yield self.finding(message + "trainer is made", *fields, plan=plan, fix=fix)
