"""MW836."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW836", "tokens-as-mapping", "error", fix="unsafe", keys=("tokens",), quotes="tokens: Input should be a valid list"
)
def tokens_as_mapping(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`tokens` names special tokens, as it did up to Axolotl 0.2.

    What it checks
        `tokens` is a block such as `pad_token: "</s>"`.

    Why it matters
        Axolotl refuses the file: `tokens` is a list of new tokens now, and special ones stand in `special_tokens`.

    Example
        Bad:
            tokens:
              pad_token: "<|padding|>"
              bos_token: "<s>"

        Good:
            special_tokens:
              pad_token: "<|padding|>"
              bos_token: "<s>"

    Fix
        `special_tokens` with the same block; what stands there already stays. Not safe: the file is refused as it is.

    Source
        axolotl v0.2.1 README.md "add or change special tokens" (read), axolotl 0.19.0 utils/schemas/config.py
        (executed)
    """
    plan = subject.plan
    old = plan.get("tokens")
    if isinstance(old, dict):
        changes = {"tokens": REMOVE, "special_tokens": {**old, **mapping(plan, "special_tokens")}}
        fix = Fix(changes, "unsafe", "special_tokens in place of tokens")
        message = "tokens is a block, where Axolotl takes a list of new tokens: special ones stand in special_tokens"
        yield self.finding(message, "tokens", plan=plan, fix=fix)
