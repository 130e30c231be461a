"""MW762."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets, preference
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW762",
    "reward-rows-of-another-type",
    "error",
    keys=("reward_model", "process_reward_model"),
    crashes=("KeyError: 'chosen'", "IndexError: Target"),
)
def reward_rows_of_another_type(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward model that is trained on rows of another type.

    What it checks
        `reward_model: true` with a type of Axolotl's that is not `bradley_terry.chat_template`, and
        `process_reward_model: true` with one that is not `stepwise_supervised`.

    Why it matters
        The rows come out as for supervised training. The trainer wants a chosen and a rejected answer, or a label for
        each step: "KeyError: 'chosen'", or "IndexError: Target ... is out of bounds" at the first step.

    Example
        Bad:
            reward_model: true
            base_model: google/gemma-2-2b
            datasets:
              - path: data.jsonl
                type: alpaca

        Good:
            reward_model: true
            base_model: google/gemma-2-2b
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template

    Fix
        The type that the good example names, or `stepwise_supervised` for steps.

    Source
        axolotl 0.19.0 utils/data/wrappers.py, core/trainers/ (executed on a CPU)
    """
    plan = subject.plan
    if loading.loader(plan) != "supervised" or not datasets.prepares(plan):
        return
    wanted = "stepwise_supervised" if preference.process_reward_model(plan) else "bradley_terry"
    if not (preference.process_reward_model(plan) or preference.reward_model(plan)):
        return
    types = dataset_types(subject.axolotl)
    for entry in datasets.entries(plan, "datasets"):
        name = entry.type
        if not isinstance(name, str) or name.startswith(wanted) or entry.model == datasets.SYNTHETIC:
            continue
        if loading.answer(types, "supervised", name) == "loads":
            key = "process_reward_model" if wanted == "stepwise_supervised" else "reward_model"
            kind = wanted if wanted == "stepwise_supervised" else "bradley_terry.chat_template"
            message = f"{entry.path('type')} is {name}: {key} needs rows of {kind}, the run stops at the first step"
            yield self.finding(message, entry.path("type"), plan=plan)
