"""MW854."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_REFUSED = ("added_tokens_overrides", "special_tokens", "tokens", "chat_template", "processor_kwargs")
_OF_BYTES = re.compile("qwen.*|cohere.*|olmoe|phi")
"""Architectures whose tokenizer is a table of bytes, without a file of sentencepiece's."""


@rule(
    "MW854",
    "mistral-common-options",
    "error",
    fix="unsafe",
    keys=("tokenizer_use_mistral_common",),
    quotes="is not supported with mistral-common tokenizer",
    crashes="No tokenizer file found.",
)
def mistral_common_options(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A changed tokenizer, a chat template or another's model beside `tokenizer_use_mistral_common`.

    What it checks
        `tokenizer_use_mistral_common` beside `added_tokens_overrides`, `special_tokens`, `tokens`, `chat_template` or
        `processor_kwargs`; or, without a `tokenizer_config`, beside a model of Qwen, Cohere, OLMoE or the first Phi.

    Why it matters
        mistral-common brings tokens and template of its own, which can't be changed. Axolotl refuses the file. It reads
        `tekken.json` or a file of sentencepiece's, of which those models have neither: the run dies as it begins.

    Example
        Bad:
            tokenizer_use_mistral_common: true
            chat_template: chatml

        Bad:
            tokenizer_use_mistral_common: true
            special_tokens:
              pad_token: <pad>

        Bad:
            base_model: Qwen/Qwen3-0.6B
            tokenizer_use_mistral_common: true

        Good:
            base_model: mistralai/Mistral-7B-v0.3
            tokenizer_use_mistral_common: true

        Good:
            chat_template: chatml

    Fix
        Take those keys out; for another's model `tokenizer_use_mistral_common`. Not safe: Mistral's own template is
        used then; without `tokenizer_use_mistral_common` they can stay.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:552-580 (executed, 0.21.0 the same); loaders/tokenizer.py:138-152;
        mistral_common tokens/tokenizers/utils.py:90-136; transformers 5.20.1 models/auto/tokenization_auto.py (trained
        with on a CPU)
    """
    plan, model = subject.plan, subject.model
    if not plan.get("tokenizer_use_mistral_common"):
        return
    found = [key for key in _REFUSED if plan.get(key)]
    if found:
        named = ", ".join(found)
        message = f"tokenizer_use_mistral_common takes no {named}: Axolotl refuses the file"
        fix = Fix(dict.fromkeys(found, REMOVE), "unsafe", f"no {named}")
        yield self.finding(message, "tokenizer_use_mistral_common", *found, plan=plan, fix=fix)
    elif model is not None and not plan.get("tokenizer_config") and _OF_BYTES.fullmatch(model.architecture):
        message = f"tokenizer_use_mistral_common: {model.id} has no file that mistral-common reads, and the run dies"
        fix = Fix({"tokenizer_use_mistral_common": REMOVE}, "unsafe", "no tokenizer_use_mistral_common")
        yield self.finding(message, "tokenizer_use_mistral_common", "base_model", plan=plan, fix=fix)
