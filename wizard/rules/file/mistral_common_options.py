"""MW854."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_REFUSED = ("added_tokens_overrides", "special_tokens", "tokens", "chat_template", "processor_kwargs")


@rule(
    "MW854",
    "mistral-common-options",
    "error",
    fix="unsafe",
    keys=("tokenizer_use_mistral_common",),
    quotes="is not supported with mistral-common tokenizer",
)
def mistral_common_options(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A changed tokenizer or a chat template beside `tokenizer_use_mistral_common`.

    What it checks
        `tokenizer_use_mistral_common` beside `added_tokens_overrides`, `special_tokens`, `tokens`, `chat_template` or
        `processor_kwargs`.

    Why it matters
        mistral-common brings tokens and template of its own, which can't be changed. Axolotl refuses the file.

    Example
        Bad:
            tokenizer_use_mistral_common: true
            chat_template: chatml

        Bad:
            tokenizer_use_mistral_common: true
            special_tokens:
              pad_token: <pad>

        Good:
            chat_template: chatml

    Fix
        Take those keys out. Not safe: Mistral's own template is used then; without `tokenizer_use_mistral_common` they
        can stay.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:552-580 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    found = [key for key in _REFUSED if plan.get(key)]
    if plan.get("tokenizer_use_mistral_common") and found:
        named = ", ".join(found)
        message = f"tokenizer_use_mistral_common takes no {named}: Axolotl refuses the file"
        fix = Fix(dict.fromkeys(found, REMOVE), "unsafe", f"no {named}")
        yield self.finding(message, "tokenizer_use_mistral_common", *found, plan=plan, fix=fix)
