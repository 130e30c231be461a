"""MW817."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW817",
    "message-fields-conflict",
    "error",
    fix="unsafe",
    keys=("datasets",),
    quotes=("Conflicting message", "message_field_role is deprecated", "message_field_content is deprecated"),
)
def message_fields_conflict(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset names one message column twice, and differently.

    What it checks
        `message_field_role` or `message_field_content` beside `message_property_mappings` that has another column for
        the same.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: chat_template
                message_field_role: from
                message_property_mappings:
                  role: speaker
                  content: value

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template
                message_property_mappings:
                  role: speaker
                  content: value

    Fix
        The old key goes. Not safe: it may be the one that was meant.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schemas/utils.py, handle_legacy_message_fields_logic (executed)
    """
    plan = subject.plan
    for entry in datasets.entries(plan, "datasets"):
        found = datasets.conflict(entry.values) if entry.model == datasets.SUPERVISED else None
        if found is not None:
            old, new = found
            mapped = entry.path("message_property_mappings", new)
            message = f"{entry.path(old)} and {mapped} name different columns: Axolotl refuses the file"
            kept = {key: value for key, value in entry.values.items() if key != old}
            changed = put(plan.values[entry.key], (entry.number,), kept)
            fix = Fix({entry.key: changed}, "unsafe", f"{mapped} alone")
            yield self.finding(message, entry.path(old), mapped, plan=plan, fix=fix)
