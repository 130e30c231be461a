"""MW856."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.axolotl.adapters import new_tokens_trained
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW856",
    "eot-token-in-pieces",
    "error",
    fix="unsafe",
    keys=("eot_tokens",),
    crashes="is encoded as multiple tokens",
)
def eot_token_in_pieces(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An end of turn that the tokenizer has no token for.

    What it checks
        `eot_tokens` names a token that the chat template has and the base model's tokenizer is known to lack, and
        neither `tokens`, `special_tokens` nor `added_tokens_overrides` brings it in.

    Why it matters
        The run dies when the data is loaded: "EOT token '<|im_end|>' is encoded as multiple tokens".

    Example
        Bad:
            base_model: meta-llama/Llama-3.1-8B
            chat_template: chatml
            eot_tokens: [<|im_end|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Good:
            base_model: meta-llama/Llama-3.1-8B
            chat_template: chatml
            eot_tokens: [<|im_end|>]
            tokens: [<|im_start|>, <|im_end|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

    Fix
        `tokens` brings them in, the template's other new ones too. Not safe: the embedding grows, and with an adapter
        it is trained whole as well (MW323).

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py:407-418 (executed)
    """
    plan = subject.plan
    own, named, added = turns.known(plan), turns.eot_tokens(plan), turns.added(plan)
    if own is None:
        return
    for data in turns.marked(plan):
        if data.template is None:
            continue
        marks = {*data.template.marks, *([data.end] if data.end else [])}
        pieces = [token for token in named if token in marks and token in own.lacks and token not in added]
        if not pieces:
            continue
        message = f"eot_tokens: this tokenizer has no token {', '.join(pieces)}: the run dies when data is loaded"
        written = plan.get("tokens")
        new = [*(written if isinstance(written, list) else ()), *sorted((marks & own.lacks) - added)]
        changes = {"tokens": new, **new_tokens_trained(plan, subject.model)}
        fix = Fix(changes, "unsafe", f"tokens: {', '.join(map(str, new))}")
        yield self.finding(message, "eot_tokens", "tokens", plan=plan, fix=fix)
        return
