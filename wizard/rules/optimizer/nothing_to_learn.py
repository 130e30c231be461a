"""MW593."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, schedule
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("learning_rate", "num_epochs", "loraplus_lr_ratio")


@rule("MW593", "nothing-to-learn", "warning", keys=_KEYS)
def nothing_to_learn(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A rate or a number of epochs with which nothing is learned.

    What it checks
        `learning_rate` of 0 where no other rate is written; `num_epochs` of 0 or less without `max_steps`; and, where a
        LoRA is made, a `loraplus_lr_ratio` below 0.

    Why it matters
        Axolotl takes them, says "Training completed!" and saves the model that it loaded. With a rate below 0 for
        half of the adapter the loss climbs.

    Example
        Bad:
            learning_rate: 0

        Bad:
            num_epochs: 0

        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            loraplus_lr_ratio: -16

        Good:
            learning_rate: 0.0002
            num_epochs: 1

    Fix
        None: the rate and the length are the person's choice.

    Source
        axolotl 0.21.0 and transformers 5.20.1 (trained with on a CPU)
    """
    plan = subject.plan
    if schedule.learns_nothing(plan):
        yield self.finding("learning_rate 0: the run goes through and changes nothing", "learning_rate", plan=plan)
    if schedule.makes_no_step(plan):
        message = f"num_epochs {plan.shown('num_epochs')}: no step is made, and the model is saved as it was loaded"
        yield self.finding(message, "num_epochs", plan=plan)
    if adapters.makes_lora(plan) and schedule.loraplus_lr_ratio(plan) < 0:
        message = "loraplus_lr_ratio below 0: half of the adapter is moved away from what is learned"
        yield self.finding(message, "loraplus_lr_ratio", plan=plan)
