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

_ADAM = ("adamw_torch", "adamw_torch_fused", "adamw_bnb_8bit", "adamw_8bit", "adamw_torch_8bit", "paged_adamw_8bit")


@rule("MW595", "rate-against-learning", "warning", keys=(*_SAID, "lr_groups", "learning_rate"))
def rate_against_learning(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A learning rate or a weight decay below 0, or a rate far too large.

    What it checks
        `weight_decay`, `embedding_lr`, `embedding_lr_scale`, and each `lr` of `lr_groups`, below 0; a
        `learning_rate` of 1 or more with AdamW and 8-bit AdamW.

    Why it matters
        PyTorch looks at the settings that an optimizer is made with, not at those of its groups, where Axolotl puts
        these. The run goes through, and the weights in question get worse step by step. AdamW moves each weight
        by about the rate: with 2e4 where 2e-4 was meant nothing is left of the model
        after one step.

    Example
        Bad:
            weight_decay: -0.01

        Bad:
            lr_groups:
              - name: attention
                modules: [q_proj]
                lr: -0.001

        Bad:
            learning_rate: 20000.0

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
    rate = number(plan.get("learning_rate"), 0.0)
    if rate >= 1 and subject.effective.optimizer in _ADAM:
        message = (
            f"learning_rate {rate:g} moves each weight by about as much at each step: nothing is left of the model"
        )
        yield self.finding(message, "learning_rate", plan=plan)
    for place, group in schedule.lr_groups(plan):
        if number(group.get("lr"), 0.0) < 0:
            message = f"lr_groups[{place}].lr {group['lr']} is below 0: its weights are moved away from what is learned"
            yield self.finding(message, f"lr_groups[{place}].lr", plan=plan)
