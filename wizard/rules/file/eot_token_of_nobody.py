"""MW977."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.axolotl.adapters import new_tokens_trained
from wizard.domain.finding import Finding, Fix
from wizard.knowledge.axolotl.templates import every_mark
from wizard.rules.registry import Rule, Subject, rule

_MARK = re.compile(r"[<\[][|/]?[\w|-]+[|]?[>\]]")


@rule("MW977", "eot-token-of-nobody", "warning", fix="unsafe", keys=("eot_tokens",))
def eot_token_of_nobody(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An end of turn of one's own template that no known family of models has.

    What it checks
        `eot_tokens` names a mark such as `<|stop|>` that the chat template in the file has, no template or tokenizer
        that memwizard knows has it, and neither `tokens`, `special_tokens` nor `added_tokens_overrides` brings it in.
        Where the tokenizer's tokens are all known, MW856 says it for certain.

    Why it matters
        Unless the tokenizer has it as one token, the run dies when the data is loaded: "EOT token '<|stop|>' is encoded
        as multiple tokens".

    Example
        Bad:
            base_model: google/gemma-2-2b
            chat_template_jinja: "{% for m in messages %}{{ m.role }}: {{ m.content }}<|stop|>{% endfor %}"
            eot_tokens: [<|stop|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Good:
            base_model: google/gemma-2-2b
            chat_template_jinja: "{% for m in messages %}{{ m.role }}: {{ m.content }}<|stop|>{% endfor %}"
            eot_tokens: [<|stop|>]
            tokens: [<|stop|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

    Fix
        `tokens` with it: the embedding grows, and with an adapter it is trained whole as well (MW323). Not safe.

    Source
        axolotl 0.21.0 prompt_strategies/chat_template.py:407-418 (executed)
    """
    plan = subject.plan
    own, added = turns.known(plan), turns.added(plan)
    if own is not None and own.special is not None:
        return
    for data in turns.marked(plan):
        if data.template is not None:
            continue
        there = turns.tokens_of(plan, data)
        marks = [token for token in turns.eot_tokens(plan) if token in there and _MARK.fullmatch(token)]
        new = [token for token in marks if token not in every_mark() and token not in added]
        if new:
            text = ", ".join(new)
            message = f"eot_tokens: no tokenizer known here has {text}: where this one has not, the run dies when data "
            written = plan.get("tokens")
            tokens = [*(written if isinstance(written, list) else ()), *new]
            changes: dict[str, object] = {"tokens": tokens, **new_tokens_trained(plan, subject.model)}
            fix = Fix(changes, "unsafe", f"tokens: {', '.join(map(str, tokens))}")
            yield self.finding(message + "is loaded", "eot_tokens", "tokens", plan=plan, fix=fix)
            return
