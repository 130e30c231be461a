"""MW885."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import dataset_types as loading
from wizard.axolotl import datasets, preference
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.rules.registry import Rule, Subject, rule

_TRAINING = {
    "orpo": "rl: orpo",
    "bradley_terry": "reward_model: true",
    "stepwise_supervised": "process_reward_model: true",
}


@rule(
    "MW885",
    "dataset-type-of-another-training",
    "error",
    keys=("datasets", "test_datasets"),
    crashes=(
        "KeyError: 'rejected'",
        'Field "input_ids" does not exist in schema',
        "must be identical as the columns in the dataset",
    ),
)
def dataset_type_of_another_training(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Rows for a reward model or for ORPO in plain supervised training.

    What it checks
        In supervised training, without `reward_model` and `process_reward_model`, a dataset's `type` is one of `orpo`,
        `bradley_terry` or `stepwise_supervised`, which the loader finds all the same.

    Why it matters
        The rows come out with columns that the trainer has no use for, and the run dies when the data is prepared:
        "KeyError: 'rejected'", 'Field "input_ids" does not exist in schema', or "must be identical as the columns in
        the dataset".

    Example
        Bad:
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
        The key of the training that is meant: `rl: orpo`, `reward_model: true` or `process_reward_model: true`; or a
        type of supervised rows. What was meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/wrappers.py, prompt_strategies/orpo, bradley_terry (executed on a CPU)
    """
    plan = subject.plan
    if loading.loader(plan) != "supervised" or preference.reward_model(plan) or preference.process_reward_model(plan):
        return
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        name = entry.type
        if not isinstance(name, str) or not loading.is_read(plan, entry):
            continue
        training = _TRAINING.get(name.partition(".")[0])
        if training is not None and loading.answer(dataset_types(subject.axolotl), "supervised", name) == "loads":
            message = f"{entry.path('type')}: rows of {name} are for {training}: supervised training dies of them"
            yield self.finding(message, entry.path("type"), plan=plan)
