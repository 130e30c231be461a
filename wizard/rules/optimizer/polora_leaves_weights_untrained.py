"""MW532."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_TRAIN_MORE = (
    "lora_modules_to_save",
    "unfrozen_parameters",
    "peft_use_dora",
    "peft_trainable_token_indices",
    "lisa_step_interval",
    "reward_model",
    "process_reward_model",
)


@rule(
    "MW532",
    "polora-leaves-weights-untrained",
    "error",
    keys=_TRAIN_MORE,
    quotes="polora has no fallback optimizer, so the parameters added by",
)
def polora_leaves_weights_untrained(self: Rule, subject: Subject) -> Iterator[Finding]:
    """PoLoRA with settings that train more than LoRA's factors.

    What it checks
        `optimizer: polora` with `lora_modules_to_save`, `unfrozen_parameters`, `peft_use_dora`,
        `peft_trainable_token_indices`, `lisa_step_interval`, `reward_model` or `process_reward_model`.

    Why it matters
        Axolotl refuses it: PoLoRA updates LoRA's factors alone, and these weights would never move.

    Example
        Bad:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_head]

        Good:
            optimizer: polora
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

    Fix
        Take these settings out, or choose another optimizer.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:968 (executed)
    """
    plan = subject.plan
    if plan.get("optimizer") != "polora":
        return
    written = early.which(plan, _TRAIN_MORE)
    if written:
        message = f"optimizer: polora never trains what {', '.join(written)} adds: Axolotl refuses it"
        yield self.finding(message, *written, "optimizer", plan=plan)
