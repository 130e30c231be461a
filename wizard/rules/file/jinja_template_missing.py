"""MW859."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW859",
    "jinja-template-missing",
    "error",
    keys=("chat_template",),
    quotes="chat_template_jinja is required when chat_template is set to 'jinja'",
)
def jinja_template_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`chat_template: jinja` without the template.

    What it checks
        `chat_template: jinja`, and no `chat_template_jinja`.

    Why it matters
        `jinja` says that the template is your own, and `chat_template_jinja` holds it. Axolotl refuses the file.

    Example
        Bad:
            chat_template: jinja

        Good:
            chat_template: jinja
            chat_template_jinja: "{% for m in messages %}{{ m['content'] }}{{ eos_token }}{% endfor %}"

    Fix
        Write the template, or the path of a file with it, as `chat_template_jinja`. There is none to apply.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1463 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    if turns.chat_template(plan) == "jinja" and not plan.get("chat_template_jinja"):
        message = "chat_template: jinja wants the template as chat_template_jinja: Axolotl refuses the file"
        yield self.finding(message, "chat_template", "chat_template_jinja", plan=plan)
