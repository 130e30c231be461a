"""MW857."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.axolotl.template_choice import with_template
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.templates import DEFAULT, family_template
from wizard.rules.registry import Rule, Subject, rule


@rule("MW857", "no-chat-template", "warning", fix="unsafe", keys=("datasets", "test_datasets"),
      crashes="choice is tokenizer_default but tokenizer's chat_template is null")  # fmt: skip
def no_chat_template(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Conversations for a base model whose tokenizer has no chat template.

    What it checks
        Data of type `chat_template` without a template named in the data set or the file, and a base model whose
        tokenizer is known to have none.

    Why it matters
        Axolotl takes the tokenizer's own template then. Where there is none the run dies when the data is loaded:
        "tokenizer's chat_template is null". A warning, since a copy of the model may have got one.

    Example
        Bad:
            base_model: meta-llama/Llama-3.1-8B
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Good:
            base_model: meta-llama/Llama-3.1-8B
            chat_template: llama3
            eot_tokens: [<|eot_id|>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

    Fix
        The template of the model's family, with the token that ends a turn. Not safe: it has to be the one that the
        model is asked with later. Where the family brings none, there is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 utils/chat_templates/base.py:59-69 (read)
    """
    plan = subject.plan
    own = turns.known(plan)
    for data in turns.marked(plan):
        if own is not None and own.end == "" and data.name == DEFAULT:
            message = f"{data.key}[{data.place}]: this base model's tokenizer likely has no chat template: name one"
            yield self.finding(message, "chat_template", data.key, plan=plan, fix=_fix(plan))
            return


def _fix(plan: Plan) -> Fix | None:
    family = family_template(str(plan.get("base_model")))
    if family is None:
        return None
    return Fix(with_template(plan, family), "unsafe", f"chat_template: {family}, the template of its family")
