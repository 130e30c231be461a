"""MW760."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.rules.registry import Rule, Subject, rule


@rule("MW760", "answers-under-grpo", "error", keys=("rl",), crashes="KeyError")
def answers_under_grpo(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GRPO with a type that reads chosen and rejected answers.

    What it checks
        `rl: grpo` or `gdpo` with a dataset of one of Axolotl's own types, such as `chat_template` or `chatml.intel`.

    Why it matters
        GRPO has no types of its own: the loader takes DPO's, which read a chosen and a rejected answer from each row.
        Rows of prompts have none, and the run stops with a KeyError when they are read.

    Example
        Bad:
            rl: grpo
            trl:
              num_generations: 4
              use_vllm: false
              reward_funcs:
                - rewards.length
            gradient_accumulation_steps: 4
            datasets:
              - path: data.jsonl
                type: chat_template

        Good:
            rl: grpo
            trl:
              num_generations: 4
              use_vllm: false
              reward_funcs:
                - rewards.length
            gradient_accumulation_steps: 4
            datasets:
              - path: data.jsonl
                type: rewards.transform

    Fix
        A function of your own that makes `prompt` of a row, named as `module.function`, or no `type` where the rows
        have a column `prompt` already.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/rl.py, _load_split, prompt_strategies/dpo/ (read)
    """
    plan = subject.plan
    if loading.method(plan) not in ("grpo", "gdpo"):
        return
    types = dataset_types(subject.axolotl)
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        name = entry.type
        if isinstance(name, str) and loading.answer(types, "dpo", name) == "loads" and loading.reads_answers(name):
            message = (
                f"{entry.path('type')} is {name}: rl: {loading.method(plan)} loads DPO's transform for it, which stops "
                "with a KeyError on rows without a chosen and a rejected answer"
            )
            yield self.finding(message, entry.path("type"), plan=plan)
