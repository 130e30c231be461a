"""MW778."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.axolotl.rewards import scoring, unread, without
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW778",
    "reward-unread-rows",
    "error",
    fix="unsafe",
    keys=("trl",),
    crashes=("string indices must be integers", "accuracy_reward() missing 1 required positional argument: 'solution'"),
)
def reward_unread_rows(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward function of TRL's that can't score answers to these rows.

    What it checks
        With `rl: grpo` or `gdpo`, `trl.rewards.think_format_reward`, `accuracy_reward` and `reasoning_accuracy_reward`
        where the file of an entry without `type` was read: `prompt` holds plain text, or there is no column `solution`
        for the latter two.

    Why it matters
        They read answers as messages, and an answer to a prompt of plain text is text: "string indices must be
        integers". The latter two compare with `solution`. The run stops at the first step, after answers were written.

    Example
        Bad:
            # prompts.jsonl: {"prompt": "What is 2 + 2?"}
            rl: grpo
            micro_batch_size: 4
            datasets:
              - path: prompts.jsonl
                ds_type: json
            trl:
              reward_funcs: [trl.rewards.think_format_reward, rewards.length]
              reward_weights: [0.2, 1.0]
              num_generations: 4

        Good:
            # prompts.jsonl: {"prompt": "What is 2 + 2?"}
            rl: grpo
            micro_batch_size: 4
            datasets:
              - path: prompts.jsonl
                ds_type: json
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4

        Bad, without solutions:
            # prompts.jsonl: {"prompt": [{"role": "user", "content": "What is 2 + 2?"}]}
            rl: grpo
            micro_batch_size: 4
            datasets:
              - path: prompts.jsonl
                ds_type: json
            trl:
              reward_funcs: [trl.rewards.accuracy_reward]
              num_generations: 4

        Good, with them:
            # prompts.jsonl: {"prompt": [{"role": "user", "content": "What is 2 + 2?"}], "solution": "4"}
            rl: grpo
            micro_batch_size: 4
            datasets:
              - path: prompts.jsonl
                ds_type: json
            trl:
              reward_funcs: [trl.rewards.accuracy_reward]
              num_generations: 4

    Fix
        The functions without it; where none stays, `rewards.length`, which you write. Not safe: another thing is
        rewarded.

    Source
        trl 1.14.1 rewards/format_rewards.py:18-48 (executed), rewards/accuracy_rewards.py:28-67, 223-288 (read)
    """
    plan, named = subject.plan, scoring(subject.plan)
    for entry in datasets.entries(plan, "datasets"):
        head = subject.heads.get(str(entry.values.get("path")))
        if head is None or entry.type:
            continue
        why = {name: text for name, text in unread(head).items() if name in named}
        for name, text in why.items():
            fix = Fix(without(plan, tuple(why)), "unsafe", "other reward functions")
            yield self.finding(f"{name} {text}: the run dies at the first step", "trl", plan=plan, fix=fix)
            break
