"""MW593."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, schedule
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("learning_rate", "num_epochs", "loraplus_lr_ratio")


@rule(
    "MW593",
    "nothing-to-learn",
    "error",
    keys=_KEYS,
    crashes=("warmup_steps must be an integer or a float", "cannot convert float infinity to integer"),
)
def nothing_to_learn(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A rate or a number of epochs with which nothing is learned.

    What it checks
        `learning_rate` of 0 where no other rate is written; `num_epochs` of 0 or less without `max_steps`, or without
        an end; and, where a LoRA is made, a `loraplus_lr_ratio` below 0.

    Why it matters
        Axolotl takes them, says "Training completed!" and saves the model that it loaded. With a rate below 0 for
        half of the adapter the loss climbs. With less than no epoch, or one without an end, the run dies when steps are
        counted.

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

        Bad:
            num_epochs: .inf

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
        message = "learning_rate 0: the run goes through and changes nothing"
        yield self.finding(message, "learning_rate", plan=plan, severity="warning")
    epochs = f"num_epochs {plan.shown('num_epochs')}"
    if schedule.counts_no_steps(plan):
        yield self.finding(f"{epochs}: the run dies when its steps are counted", "num_epochs", plan=plan)
    elif schedule.makes_no_step(plan):
        message = f"{epochs}: no step is made, and the model is saved as it was loaded"
        yield self.finding(message, "num_epochs", plan=plan, severity="warning")
    if adapters.makes_lora(plan) and schedule.loraplus_lr_ratio(plan) < 0:
        message = "loraplus_lr_ratio below 0: half of the adapter is moved away from what is learned"
        yield self.finding(message, "loraplus_lr_ratio", plan=plan, severity="warning")
