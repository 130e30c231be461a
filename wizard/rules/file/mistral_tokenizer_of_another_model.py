"""MW883."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW883",
    "mistral-tokenizer-of-another-model",
    "error",
    fix="unsafe",
    keys=("tokenizer_use_mistral_common",),
    crashes="No tokenizer file found",
)
def mistral_tokenizer_of_another_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`tokenizer_use_mistral_common` for a model that is not Mistral's.

    What it checks
        It is on, for a base model that is known to be of a type that Mistral has published nothing in, without a
        `tokenizer_config` of its own.

    Why it matters
        mistral-common reads `tekken.json` or `tokenizer.model.v3`, which others do not have: "No tokenizer file found",
        before the data is read.

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            tokenizer_use_mistral_common: true

        Good:
            base_model: mistralai/Mistral-Small-24B-Base-2501
            tokenizer_use_mistral_common: true

    Fix
        The key goes. Not safe: another tokenizer is read.

    Source
        axolotl 0.19.0 and 0.21.0 utils/mistral/mistral_tokenizer.py:282 (executed on a CPU)
    """
    plan, model = subject.plan, subject.model
    if model is None or not model.exact or plan.get("tokenizer_config"):
        return
    kinds = (model.architecture, model.model_type)
    of_mistral = model.id.startswith("mistralai/") or any(
        "stral" in one or "mixtral" in one or one == "llama" for one in kinds
    )
    if flag(plan.get("tokenizer_use_mistral_common")) and not of_mistral:
        message = f"tokenizer_use_mistral_common: {model.architecture} brings no tokenizer of Mistral's: the run dies"
        fix = Fix({"tokenizer_use_mistral_common": REMOVE}, "unsafe", "no tokenizer_use_mistral_common")
        yield self.finding(message, "tokenizer_use_mistral_common", plan=plan, fix=fix)
