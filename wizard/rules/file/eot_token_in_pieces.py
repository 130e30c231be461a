"""MW856."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import template_choice, turns
from wizard.axolotl.adapters import new_tokens_trained
from wizard.axolotl.turns import Turns
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.axolotl.templates import family_template
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
        `eot_tokens` names a token that the chat template has and the base model's tokenizer is known to lack, such as
        one of another family, or one that somebody made up; and neither `tokens`, `special_tokens` nor
        `added_tokens_overrides` brings it in.

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

        Bad:
            base_model: Qwen/Qwen3-8B
            chat_template: llama3
            eot_tokens: [<|eot_id|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Bad:
            base_model: Qwen/Qwen3-8B
            chat_template_jinja: "{% for m in messages %}{{ m.role }}: {{ m.content }}<|stop|>{% endfor %}"
            eot_tokens: [<|stop|>]
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
        The template of the model's own family where its tokenizer has one and no token is new by it. Else `tokens`
        brings them in, the template's other new ones too: the embedding grows, and with an adapter it is trained whole
        as well (MW323). Not safe: the model learns other turns.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py:407-418 (executed)
    """
    plan = subject.plan
    own, named, added = turns.known(plan), turns.eot_tokens(plan), turns.added(plan)
    if own is None:
        return
    for data in turns.marked(plan):
        marks = turns.tokens_of(plan, data)
        pieces = [token for token in named if token in marks and own.splits(token) and token not in added]
        if pieces:
            message = f"eot_tokens: this tokenizer has no token {', '.join(pieces)}: the run dies when data is loaded"
            new = sorted(token for token in marks - added if own.splits(token))
            fix = _of_the_family(plan, data) or _brought_in(plan, subject.model, new)
            yield self.finding(message, "eot_tokens", "tokens", "chat_template", plan=plan, fix=fix)
            return


def _of_the_family(plan: Plan, data: Turns) -> Fix | None:
    """The family's own template, where the file's one counts, the tokenizer has one, and no token is new by it."""
    own, name = turns.known(plan), family_template(str(plan.get("base_model")))
    if own is None or own.end == "" or name is None or data.entry.get("chat_template"):
        return None
    changes = template_choice.with_template(plan.changed({"chat_template_jinja": REMOVE}), name)
    if not changes or "tokens" in changes:
        return None
    if plan.get("chat_template_jinja"):
        changes["chat_template_jinja"] = REMOVE
    return Fix(changes, "unsafe", f"chat_template: {name}")


def _brought_in(plan: Plan, model: Model | None, tokens: list[str]) -> Fix:
    written = plan.get("tokens")
    new = [*(written if isinstance(written, list) else ()), *tokens]
    return Fix({"tokens": new, **new_tokens_trained(plan, model)}, "unsafe", f"tokens: {', '.join(map(str, new))}")
