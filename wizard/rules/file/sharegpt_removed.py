"""MW808."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW808", "sharegpt-removed", "error", keys=("datasets",), quotes="`type: sharegpt.*` is deprecated")
def sharegpt_removed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset of a type that Axolotl no longer has.

    What it checks
        An entry of `datasets` whose `type` begins with "sharegpt".

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: sharegpt

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template
                field_messages: conversations
                message_property_mappings:
                  role: from
                  content: value

    Fix
        `type: chat_template`, with the names of the columns as in the good example.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:37 (executed)
    """
    for entry in datasets.entries(subject.plan, "datasets"):
        kind = entry.type
        if isinstance(kind, str) and kind.startswith("sharegpt"):
            message = f"datasets: type {kind} was removed, Axolotl refuses the file; use type: chat_template"
            yield self.finding(message, entry.path("type"), plan=subject.plan)
            return
