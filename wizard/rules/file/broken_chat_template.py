"""MW886."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import own_templates, templates
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
    for key, written in own_templates.used(plan):
        wrong = templates.fault(written) if templates.has_marks(written) else None
        if wrong is not None:
            yield self.finding(f"{key}: {wrong}: the run dies when the data is read", key, plan=plan)
