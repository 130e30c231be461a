"""MW786."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.domain.values import texts
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW786",
    "reward-function-without-module",
    "error",
    keys=("trl",),
    crashes=("Empty module name", "required to perform a relative import", "has no attribute 'py:"),
)
def reward_function_without_module(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward function that names no module, or a file.

    What it checks
        With `rl: grpo` or `gdpo`, an entry of `trl.reward_funcs` without a point, one that begins with a point, and
        one with a colon.

    Why it matters
        Axolotl imports what stands before the last point, and takes the entry for a reward model only where no such
        module is found. Before no point stands nothing: "ValueError: Empty module name", after data and model are
        loaded. A path, `./rewards.length`, is a relative import of no package, and `rewards.py:length` a name that no
        module has.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [length]
              num_generations: 4

        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: ["rewards.py:length"]
              num_generations: 4

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4

    Fix
        `module.function`, with the module beside the file or on PYTHONPATH. There is none to apply.

    Source
        axolotl 0.19.0 core/trainers/grpo/__init__.py:294, 0.21.0 :319 (executed on a CPU)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if preference.rl(plan) not in ("grpo", "gdpo"):
        return
    bare = [name for name in texts(block.get("reward_funcs")) if name and "." not in name]
    if bare:
        message = f"trl.reward_funcs: {bare[0]} has no module before a point: the run dies at its start"
        yield self.finding(message, "trl.reward_funcs", plan=plan)
    paths = [name for name in texts(block.get("reward_funcs")) if "." in name and (name[0] == "." or ":" in name)]
    if paths:
        message = f"trl.reward_funcs: {paths[0]} is a path, and module.function is wanted: the run dies at its start"
        yield self.finding(message, "trl.reward_funcs", plan=plan)
