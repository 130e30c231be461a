"""MW816."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW816",
    "dataset-template-missing",
    "error",
    keys=("datasets",),
    quotes="chat_template_jinja is required when chat_template is set to jinja",
)
def dataset_template_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset asks for a template of its own and does not give it.

    What it checks
        `chat_template: jinja` in an entry of `datasets` that has no `chat_template_jinja`.

    Why it matters
        Axolotl refuses the file: `chat_template_jinja` at the top of the file does not count for the entry.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: chat_template
                chat_template: jinja

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template
                chat_template: jinja
                chat_template_jinja: template.jinja

    Fix
        Give the template, or the path of a file with it, in the same entry; or leave `chat_template` out.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schemas/datasets.py, check_chat_template_config (executed)
    """
    for entry in datasets.entries(subject.plan, "datasets"):
        if entry.model == datasets.SUPERVISED and datasets.lacks_template(entry.values):
            path = entry.path("chat_template")
            message = f"{path} is jinja, and the entry has no chat_template_jinja: Axolotl refuses the file"
            yield self.finding(message, path, plan=subject.plan)
