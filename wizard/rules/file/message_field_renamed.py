"""MW811."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_OLD = {"message_field_role": "role", "message_field_content": "content"}


@rule(
    "MW811",
    "message-field-renamed",
    "warning",
    keys=("datasets", "test_datasets", "pretraining_dataset"),
    quotes=("message_field_role is deprecated", "message_field_content is deprecated"),
)
def message_field_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset names its message columns the old way.

    What it checks
        `message_field_role` or `message_field_content` in an entry of `datasets`.

    Why it matters
        Axolotl still takes them and warns.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: chat_template
                message_field_role: from
                message_field_content: value

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template
                message_property_mappings:
                  role: from
                  content: value

    Fix
        `message_property_mappings`, as in the good example.

    Source
        axolotl 0.19.0 utils/schemas/datasets.py (executed)
    """
    for entry in datasets.entries(subject.plan):
        found = [old for old in _OLD if old in entry.values]
        if found and (entry.model == datasets.SUPERVISED or entry.key != "datasets"):
            new = ", ".join(f"{_OLD[old]}: {entry.values[old] or _OLD[old]}" for old in found)
            message = f"{entry.key}: {' and '.join(found)} is message_property_mappings: {{{new}}} now; Axolotl warns"
            yield self.finding(message, *map(entry.path, found), plan=subject.plan)
            return
