"""MW972."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import own_templates, templates
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW972",
    "template-says-nothing",
    "error",
    keys=("chat_template_jinja", "datasets", "test_datasets"),
    crashes="list index out of range",
)
def template_says_nothing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A chat template that writes the same for each conversation.

    What it checks
        `chat_template_jinja`, of the file or of a dataset, where data with a chat template uses it: a path at which
        there is no file, seen from the folder that memwizard is called in and beside the config; a text without any
        `{{` or `{%`; a text that never says `messages`, the name under which Axolotl gives a conversation.

    Why it matters
        A name that Jinja does not know is empty: where the template has nothing else, the run dies when the data is
        read ("list index out of range"). What is no file is taken for the template itself: each row becomes that text,
        nothing in it is trained, and the run goes to its end without a word, which is a warning.

    Example
        Bad:
            # ./template.jinja is not there
            chat_template: jinja
            chat_template_jinja: ./template.jinja
            datasets:
              - path: data.jsonl
                type: chat_template

        Bad:
            chat_template: jinja
            chat_template_jinja: "{% for m in conversations %}{{ m['content'] }}{{ eos_token }}{% endfor %}"
            datasets:
              - path: data.jsonl
                type: chat_template

        Good:
            chat_template: jinja
            chat_template_jinja: "{% for m in messages %}{{ m['content'] }}{{ eos_token }}{% endfor %}"
            datasets:
              - path: data.jsonl
                type: chat_template

    Fix
        The path from the folder in which Axolotl is called, or `messages` where the conversation is meant. There is
        none to apply.

    Source
        axolotl 0.21.0 utils/chat_templates/base.py:53-61 (each executed on a CPU)
    """
    plan = subject.plan
    for key, written in own_templates.used(plan):
        if templates.has_marks(written):
            if "messages" not in written:
                message = f"{key} never says `messages`, where the conversation is: rows are empty, and the run dies"
                yield self.finding(message, key, plan=plan)
        elif why := _no_template(subject, written):
            message = f"{key}: {why}: each row becomes the same text, and nothing is learned"
            yield self.finding(message, key, plan=plan, severity="warning")


def _no_template(subject: Subject, written: str) -> str | None:
    head = subject.heads.get(written)
    if head is not None and head.state == "missing":
        return f"there is no file {written}, and that is taken for the template"
    return "the template has no {{ or {% in it" if any(sign.isspace() for sign in written.strip()) else None
