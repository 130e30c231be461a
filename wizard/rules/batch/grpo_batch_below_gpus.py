"""MW112."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.batch import groups
from wizard.axolotl.generation import served_here
from wizard.domain.finding import Finding, Fix
from wizard.rules.batch._common import enough
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW112",
    "grpo-batch-below-gpus",
    "error",
    fix="unsafe",
    keys=("trl",),
    quotes="requires effective_gbs >= num_generations * world_size",
)
def grpo_batch_below_gpus(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The batch of GRPO is too small to give each GPU a group of answers.

    What it checks
        With several GPUs known: `rl: grpo` and `trl.generation_batch_size` (or `micro_batch_size` x
        `gradient_accumulation_steps`) is below `trl.num_generations` x GPUs. Where vLLM's server
        runs on this machine, one GPU is counted as the server's.

    Why it matters
        Each GPU must get at least one whole group a step. Axolotl refuses the config once it is launched
        on that many GPUs.

    Example
        Bad on 2xa100-80gb for 0.19:
            rl: grpo
            micro_batch_size: 2
            gradient_accumulation_steps: 2
            trl:
              num_generations: 4

        Good on 2xa100-80gb:
            rl: grpo
            micro_batch_size: 2
            gradient_accumulation_steps: 4
            trl:
              num_generations: 4

    Fix
        The least `gradient_accumulation_steps` (or `trl.generation_batch_size`) that is enough. It costs
        no GPU memory. Unsafe: the number of answers in a step changes.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:901 (executed)
    """
    plan, machine = subject.plan, subject.machine
    found = groups(plan, subject.gpus)
    if found is None or machine is None or len(machine.gpus) < 2 or found.size < 2 or found.batch % found.size:
        return
    gpus = len(machine.gpus) - served_here(plan)
    least = found.size * gpus
    if gpus < 2 or found.batch >= least:
        return
    message = f"{found.batch} answers a step ({found.source}) is fewer than {found.size} for each of {gpus} GPUs"
    change = enough(plan, found, least)
    fix = Fix(change[0], "unsafe", change[1]) if change else None
    fields = ("trl",) if found.direct else ("gradient_accumulation_steps", "micro_batch_size", "trl")
    yield self.finding(f"{message}: Axolotl refuses it", *fields, plan=plan, fix=fix)
