"""MW861."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_NAMES = ("base_model", "base_model_config", "tokenizer_config")


@rule(
    "MW861",
    "magistral-tokenizer-implied",
    "warning",
    fix="safe",
    keys=_NAMES,
    quotes="tokenizer_use_mistral_common auto inferred to True for Magistral models",
)
def magistral_tokenizer_implied(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A Magistral model without a word on its tokenizer.

    What it checks
        "magistral" stands in the name of the model, its config or its tokenizer, and `tokenizer_use_mistral_common`
        is not written.

    Why it matters
        Axolotl turns `tokenizer_use_mistral_common` on by itself and warns. Templates and tokens of your own can't be
        used with it.

    Example
        Bad:
            base_model: mistralai/Magistral-Small-2506

        Good:
            base_model: mistralai/Magistral-Small-2506
            tokenizer_use_mistral_common: false

    Fix
        Write `tokenizer_use_mistral_common: true`. Safe: it is what Axolotl does.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:518 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    if plan.get("tokenizer_use_mistral_common") is not None:
        return
    if any("magistral" in str(plan.get(key, "")).lower() for key in _NAMES):
        message = "tokenizer_use_mistral_common is not written: Axolotl turns it on for Magistral, and warns"
        fix = Fix({"tokenizer_use_mistral_common": True}, "safe", "tokenizer_use_mistral_common: true")
        yield self.finding(message, "tokenizer_use_mistral_common", "base_model", plan=plan, fix=fix)
