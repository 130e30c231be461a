"""MW886."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, templates
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW886",
    "broken-chat-template",
    "error",
    keys=("chat_template_jinja", "datasets", "test_datasets"),
    crashes=("TemplateSyntaxError",),
)
def broken_chat_template(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A chat template that Jinja can't read.

    What it checks
        The text in `chat_template_jinja`, of the file or of a dataset, where data of a type with `chat_template` uses
        it: each `{{`, `{%` and `{#` must be closed, each block ended, and each tag one that Jinja knows here.

    Why it matters
        Axolotl takes any text. The template is read when the data is: the run dies with a TemplateSyntaxError, after
        the tokenizer is loaded.

    Example
        Bad:
            chat_template: jinja
            chat_template_jinja: "{% for message in messages %}{{ message.content }}"
            datasets:
              - path: data.jsonl
                type: chat_template

        Good:
            chat_template: jinja
            chat_template_jinja: "{% for message in messages %}{{ message.content }}{% endfor %}"
            datasets:
              - path: data.jsonl
                type: chat_template

    Fix
        End what the message names. There is none to apply: where it ends is not known.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/jinja_template_analyzer.py:75-80; jinja2 3.1 parser.py (executed on
        a CPU)
    """
    plan = subject.plan
    used = [one for one in datasets.entries(plan, "datasets", "test_datasets") if "chat_template" in str(one.type)]
    for entry in used:
        wrong = templates.fault(templates.text(entry.values))
        if wrong is not None:
            message = f"{entry.path('chat_template_jinja')}: {wrong}: the run dies when the data is read"
            yield self.finding(message, entry.path("chat_template_jinja"), plan=plan)
    wrong = templates.fault(templates.text(plan.values)) if used else None
    if wrong is not None:
        message = f"chat_template_jinja: {wrong}: the run dies when the data is read"
        yield self.finding(message, "chat_template_jinja", plan=plan)
