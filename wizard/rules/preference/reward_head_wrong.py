"""MW771."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding, Severity
from wizard.domain.plan import Plan
from wizard.domain.values import number
from wizard.rules.file.unknown_class_name import MODEL_KEYS
from wizard.rules.registry import Rule, Subject, rule

_OUTCOMES = 2
"""Of a step: right or wrong."""


@rule(
    "MW771",
    "reward-head-wrong",
    "error",
    keys=("reward_model", "process_reward_model"),
    crashes="is out of bounds.",
)
def reward_head_wrong(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward model with another head than its loss reads.

    What it checks
        `reward_model`: `num_labels` is 1, and `model_type` a class for sequence classification. `process_reward_model`:
        `num_labels` is 2 or more, and `model_type` a class for token classification. Without the keys Axolotl sets them
        so.

    Why it matters
        With one label the steps that are right have no class: "IndexError: Target 1 is out of bounds", on a GPU a
        "device-side assert". All else trains: Axolotl writes 1 into the config of a head that has two outputs, and a
        language model's head gives a reward for each word of its vocabulary.

    Example
        Bad:
            process_reward_model: true
            num_labels: 1
            datasets:
              - path: trl-lib/math_shepherd
                type: stepwise_supervised
                split: train

        Bad:
            reward_model: true
            num_labels: 2
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: bradley_terry.chat_template

        Good:
            reward_model: true
            num_labels: 1
            model_type: AutoModelForSequenceClassification
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: bradley_terry.chat_template

    Fix
        Leave both keys out. There is none to apply.

    Source
        axolotl 0.21.0 utils/schemas/validation.py:488, core/builders/causal.py:447; trl 1.14.1
        trainer/reward_trainer.py:411 (executed on a CPU)
    """
    plan = subject.plan
    for message, key, severity in _wrong(plan):
        yield self.finding(message, key, plan=plan, severity=severity)


def _wrong(plan: Plan) -> Iterator[tuple[str, str, Severity]]:
    labels = number(plan.get("num_labels"), 0.0)
    key = next((one for one in MODEL_KEYS if plan.get(one)), "model_type")
    head = str(plan.get(key) or "")
    if preference.process_reward_model(plan):
        if 0 < labels < _OUTCOMES:
            message = "num_labels: 1 with process_reward_model, which tells right from wrong: the run dies at its start"
            yield message, "num_labels", "error"
        if head.endswith(("ForCausalLM", "ForSequenceClassification")):
            yield f"{key}: {head} with process_reward_model: its head is for each token's class", key, "warning"
    elif preference.reward_model(plan):
        if labels > 1:
            message = f"num_labels: {labels:g} with reward_model, whose loss wants one output"
            yield message, "num_labels", "warning"
        if head.endswith(("ForCausalLM", "ForTokenClassification")):
            yield f"{key}: {head} with reward_model: it has no head that gives one reward", key, "warning"
