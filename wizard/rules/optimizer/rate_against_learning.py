"""MW595."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import schedule
from wizard.domain.finding import Finding
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_SAID = {
    "weight_decay": "weights grow at each step",
    "embedding_lr": "embeddings are moved away from what is learned",
    "embedding_lr_scale": "embeddings are moved away from what is learned",
}


@rule("MW595", "rate-against-learning", "warning", keys=(*_SAID, "lr_groups"))
def rate_against_learning(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A learning rate or a weight decay below 0.

    What it checks
        `weight_decay`, `embedding_lr`, `embedding_lr_scale`, and each `lr` of `lr_groups`.

    Why it matters
        PyTorch looks at the settings that an optimizer is made with, not at those of its groups, where Axolotl puts
        these. The run goes through, and the weights in question get worse step by step.

    Example
        Bad:
            weight_decay: -0.01

        Bad:
            lr_groups:
              - name: attention
                modules: [q_proj]
                lr: -0.001

        Good:
            weight_decay: 0.01

    Fix
        None: the number is the person's choice.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/mixins/optimizer.py:110-150, torch 2.13.0 optim/adam.py (trained with on
        a CPU)
    """
    plan = subject.plan
    for key, said in _SAID.items():
        if number(plan.get(key), 0.0) < 0:
            yield self.finding(f"{key} {plan.shown(key)} is below 0: {said}", key, plan=plan)
    for place, group in schedule.lr_groups(plan):
        if number(group.get("lr"), 0.0) < 0:
            message = f"lr_groups[{place}].lr {group['lr']} is below 0: its weights are moved away from what is learned"
            yield self.finding(message, f"lr_groups[{place}].lr", plan=plan)
