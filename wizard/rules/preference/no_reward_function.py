"""MW773."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, plugins, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_REWARDS_OF_ITS_OWN = ("nemo_gym", "hatchery")


@rule(
    "MW773",
    "no-reward-function",
    "error",
    keys=("rl",),
    crashes="No reward source provided",
)
def no_reward_function(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GRPO without a function that says how good an answer is.

    What it checks
        `rl: grpo` or `gdpo` without `trl.reward_funcs`, or with an empty list. Plugins that bring rewards of their own
        are left alone.

    Why it matters
        Axolotl takes the file. The run dies when the trainer is made, after data and model are loaded: "No reward
        source provided. Pass `reward_funcs`".

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4
              reward_funcs: [rewards.length]

    Fix
        The functions, each as `module.function` of a file beside the config. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/grpo/__init__.py (0.21.0 :266), trl 1.9.0 and 1.14.1
        trainer/grpo_trainer.py (trained with on a CPU)
    """
    plan = subject.plan
    if preference.rl(plan) not in ("grpo", "gdpo") or batch.trl(plan).get("reward_funcs"):
        return
    if plugins.foreign(plan) or {plugins.folder(name) for name in plugins.plugins(plan)} & {*_REWARDS_OF_ITS_OWN}:
        return
    method = preference.rl(plan)
    message = f"rl: {method} without trl.reward_funcs: nothing says how good an answer is, and the run dies"
    yield self.finding(message, "rl", "trl", plan=plan)
