"""MW852."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.domain.finding import Finding
from wizard.domain.nearest import did_you_mean
from wizard.knowledge.axolotl.old_forms import new_value
from wizard.knowledge.axolotl.templates import FALLBACK, templates, texts_of_templates
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW852",
    "unknown-chat-template",
    "error",
    keys=("chat_template",),
    quotes="String should match pattern '^tokenizer_default_fallback_'",
)
def unknown_chat_template(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`chat_template` is not one of Axolotl's names.

    What it checks
        `chat_template` against Axolotl's names, and what stands behind `tokenizer_default_fallback_` against the
        templates that Axolotl has a text of.

    Why it matters
        Axolotl refuses the file. A fallback that there is not it takes, and the run dies where the tokenizer has no
        template of its own: a warning.

    Example
        Bad:
            chat_template: chat_template.default

        Bad:
            chat_template: tokenizer_default_fallback_llama-3

        Good:
            chat_template: llama3

        Good:
            chat_template: tokenizer_default_fallback_chatml

    Fix
        Write a name that the message is near to, `tokenizer_default`, or your own template as `chat_template_jinja`.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1356, utils/chat_templates/base.py:70-92 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    name, known = turns.chat_template(plan), templates(subject.axolotl)
    if name is None or name in known or new_value("chat_template", name):
        return  # MW840 tells what an old name is called now
    behind = name.removeprefix(FALLBACK)
    near = did_you_mean(behind, sorted(known))
    if behind == name:
        message = f"chat_template: {name} is none of Axolotl's: it refuses the file.{near}"
        yield self.finding(message, "chat_template", plan=plan)
    elif behind not in texts_of_templates():
        message = f"chat_template: {behind} behind {FALLBACK} is none of Axolotl's: the run dies where the tokenizer "
        message += f"has no template of its own.{near}"
        yield self.finding(message, "chat_template", plan=plan, severity="warning", quoted=False)
