"""MW793."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.rewards import own_files
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW793", "reward-file-missing", "warning", keys=("trl",))
def reward_file_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward function of one's own, whose module is not there.

    What it checks
        With `rl: grpo` or `gdpo`, the module of each entry of `trl.reward_funcs` and of `trl.rollout_func`: whether
        its file or folder is there, from the folder that memwizard is called in, or beside the config, or a package of
        that name is installed.

    Why it matters
        Axolotl imports it by its name when the trainer is made, with the model loaded. Without it the run stops:
        "Reward function rewards.length not found". It may lie on the machine that trains: then nothing is wrong.

    Example
        Bad:
            # rewards.py is not there
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [trl.rewards.accuracy_reward]
              num_generations: 4

    Fix
        None: `rewards.py` with `def length(prompts, completions, **kwargs)` that gives a number for each completion.

    Source
        axolotl 0.21.0 core/trainers/grpo/__init__.py:302-348 (read)
    """
    for file, functions in own_files(subject.plan).items():
        head = subject.heads.get(file)
        if head is not None and head.state == "missing":
            message = f"trl: {', '.join(functions)}: there is no {file} on this machine, and without it the run stops"
            yield self.finding(message, "trl", plan=subject.plan)
