"""MW474."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW474",
    "reward-rows-grouped-or-packed",
    "error",
    fix="unsafe",
    keys=("group_by_length", "sample_packing"),
    crashes=("Can only automatically infer lengths", "KeyError: 'labels'"),
)
def reward_rows_grouped_or_packed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward model with rows packed or grouped by length.

    What it checks
        `reward_model: true` with `sample_packing: true` or `group_by_length: true`.

    Why it matters
        Rows of a reward model are pairs and have no `input_ids` of their own: the run dies when they are packed
        ("KeyError: 'labels'") or their lengths are asked for ("Can only automatically infer lengths").

    Example
        Bad:
            reward_model: true
            base_model: google/gemma-2-2b
            sample_packing: true
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template

        Bad:
            reward_model: true
            base_model: google/gemma-2-2b
            group_by_length: true
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template

        Good:
            reward_model: true
            base_model: google/gemma-2-2b
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template

    Fix
        Switch it off. Not safe: unpacked rows take more steps.

    Source
        axolotl 0.19.0 utils/trainer.py:264, 0.21.0 :268; transformers 5.16.1 and 5.20.1 trainer_pt_utils.py:540
        (executed on a CPU)
    """
    plan = subject.plan
    if not preference.reward_model(plan) or preference.rl(plan):
        return
    on = [("sample_packing", packing.sample_packing(plan)), ("group_by_length", flag(plan.get("group_by_length")))]
    for key, switched in on:
        if switched:
            fix = Fix({key: False}, "unsafe", f"{key}: false")
            message = f"{key} with reward_model: its rows are pairs, and the run dies of it before the first step"
            yield self.finding(message, key, "reward_model", plan=plan, fix=fix)
