"""MW784."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW784", "reward-weights-count", "error", keys=("trl",), crashes=("must match number of reward functions",))
def reward_weights_count(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Not as many weights as reward functions.

    What it checks
        With `rl: grpo` or `gdpo`, `trl.reward_weights` has another length than `trl.reward_funcs`.

    Why it matters
        Axolotl does not count them. TRL does when the trainer is made: "Number of reward weights (1) must match number
        of reward functions (2)".

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              reward_weights: [1.0, 0.5]

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              reward_weights: [1.0]

    Fix
        One weight for each function. There is none to apply: which one is missing is not known.

    Source
        trl 1.9.0 trainer/grpo_trainer.py:530, 1.14.1 :542; axolotl 0.19.0 and 0.21.0 (executed on a CPU)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    weights, functions = block.get("reward_weights"), block.get("reward_funcs")
    if preference.rl(plan) not in ("grpo", "gdpo") or not isinstance(weights, list) or not isinstance(functions, list):
        return
    if functions and len(weights) != len(functions):
        message = f"trl has {len(weights)} reward_weights for {len(functions)} reward_funcs: the run dies at its start"
        yield self.finding(message, "trl.reward_weights", "trl.reward_funcs", plan=plan)
