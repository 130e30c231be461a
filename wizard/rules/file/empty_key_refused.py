"""MW827."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_NAMES = ("base_model_config", "tokenizer_config")


@rule(
    "MW827",
    "empty-key-refused",
    "error",
    fix="safe",
    keys=("base_model",),
    quotes=("'NoneType' object is not iterable", "'NoneType' object has no attribute 'lower'"),
)
def empty_key_refused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key without a value that Axolotl's validator stumbles over.

    What it checks
        `base_model_config` or `tokenizer_config` without a value, where `tokenizer_use_mistral_common` has none either,
        and `datasets` without one beside `pretraining_dataset`.

    Why it matters
        Most keys may be left empty, as old examples do. Of these the validator reads a text or a list without looking,
        and stops with "'NoneType' object has no attribute 'lower'", which names no key.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            tokenizer_config: ~

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            datasets: ~
            pretraining_dataset:
              - path: allenai/c4
            max_steps: 100
            streaming: true

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            tokenizer_config: HuggingFaceTB/SmolLM2-135M

    Fix
        The key goes. Safe: it says nothing.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schemas/validation.py (executed; 0.21.0: :262 and :749)
    """
    plan = subject.plan
    beside = ("datasets",) if plan.get("pretraining_dataset") else ()
    names = _NAMES if plan.get("tokenizer_use_mistral_common") is None else ()
    for key in (*names, *beside):
        if key in plan.values and plan.values[key] is None:
            fix = Fix({key: REMOVE}, "safe", f"no {key}")
            message = f"{key} has no value: Axolotl's validator stops at it"
            yield self.finding(message, key, plan=plan, fix=fix)
