"""MW416."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW416",
    "reward-model-padding-unset",
    "warning",
    fix="safe",
    keys=("reward_model",),
    quotes="`pad_to_sequence_len: true` is recommended when using reward_model",
)
def reward_model_padding_unset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward model without `pad_to_sequence_len`.

    What it checks
        `reward_model` is on and `pad_to_sequence_len` is not set (MW103 speaks where it is false).

    Why it matters
        Axolotl warns, and then sets it to true by itself: every row costs `sequence_len` tokens, twice, since
        a chosen and a rejected answer make a row. Better that the file says so.

    Example
        Bad:
            reward_model: true

        Good:
            reward_model: true
            pad_to_sequence_len: true

    Fix
        `pad_to_sequence_len: true`. Safe: it is what Axolotl does.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:252 (executed)
    """
    plan = subject.plan
    if not early.is_set(plan, "reward_model") or plan.get("pad_to_sequence_len") is not None:
        return
    message = "reward_model without pad_to_sequence_len: Axolotl warns and sets it to true"
    fix = Fix({"pad_to_sequence_len": True}, "safe", "pad_to_sequence_len: true")
    yield self.finding(message, "pad_to_sequence_len", "reward_model", plan=plan, fix=fix)
