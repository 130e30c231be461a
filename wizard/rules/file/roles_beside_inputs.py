"""MW878."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule("MW878", "roles-beside-inputs", "warning", keys=("train_on_inputs",))
def roles_beside_inputs(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`roles_to_train` that `train_on_inputs` overrides.

    What it checks
        `train_on_inputs` is on, and a dataset of supervised training has `roles_to_train`.

    Why it matters
        Every turn is trained then, of whatever role: the roles count only where `train_on_inputs` is off. No line of
        the log says so.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            train_on_inputs: true
            datasets:
              - path: data.jsonl
                type: chat_template
                roles_to_train: [assistant]

        Good:
            base_model: Qwen/Qwen3-0.6B
            train_on_inputs: false
            datasets:
              - path: data.jsonl
                type: chat_template
                roles_to_train: [assistant]

    Fix
        `train_on_inputs: false` trains the roles that are named. There is none to apply: either may be meant.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py (`should_train`; read)
    """
    plan = subject.plan
    if not flag(plan.get("train_on_inputs")) or preference.rl(plan):
        return
    for entry in datasets.entries(plan):
        if entry.values.get("roles_to_train"):
            path = entry.path("roles_to_train")
            message = f"{path} does nothing beside train_on_inputs: true, which trains every turn"
            yield self.finding(message, path, "train_on_inputs", plan=plan)
