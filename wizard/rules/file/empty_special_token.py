"""MW964."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_DIE = ("pad_token", "eos_token", "unk_token")


@rule(
    "MW964",
    "empty-special-token",
    "error",
    fix="unsafe",
    keys=("special_tokens",),
    crashes=(
        "'<' not supported between instances of 'NoneType' and 'int'",
        "Unable to create tensor, you should probably activate truncation",
        "maximum recursion depth exceeded",
    ),
)
def empty_special_token(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A special token that is an empty text.

    What it checks
        `special_tokens` with an empty `pad_token`, `eos_token` or `unk_token`.

    Why it matters
        Axolotl hands it to the tokenizer, which has no token of that text, and so no number for it. The run dies when
        the first batch is put together, or already as the tokenizer looks for it.

    Example
        Bad:
            special_tokens:
              pad_token: ""

        Good:
            special_tokens:
              pad_token: <|endoftext|>

    Fix
        Leave the key out: the tokenizer's own token is taken. Not safe: another may be meant.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/tokenizer.py (trained with on a CPU)
    """
    plan, block = subject.plan, mapping(subject.plan, "special_tokens")
    empty = [name for name in _DIE if block.get(name) == ""]
    if empty:
        left = {name: text for name, text in block.items() if name not in empty}
        fix = Fix({"special_tokens": left or REMOVE}, "unsafe", f"no {', '.join(empty)}")
        message = f"special_tokens: {', '.join(empty)} is an empty text, which is no token: the run dies of it"
        yield self.finding(message, "special_tokens", plan=plan, fix=fix)
