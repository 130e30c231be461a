"""MW819."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.rules.file._common import renamed
from wizard.rules.registry import Rule, Subject, rule

_MEANT = ("role", "content")


@rule("MW819", "message-property-misspelled", "warning", fix="unsafe", keys=datasets.KEYS)
def message_property_misspelled(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A message property that is nearly `role` or `content`.

    What it checks
        A key of `message_property_mappings` that is near to `role` or `content`, where that one is not there.

    Why it matters
        Any property is taken, for templates may know it; `role` and `content` are then read from columns of these
        very names, and rows without them stop the run or are dropped.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: chat_template
                message_property_mappings:
                  role: from
                  contnet: value

        Good:
            datasets:
              - path: data.jsonl
                type: chat_template
                message_property_mappings:
                  role: from
                  content: value

    Fix
        The property takes the name that is near. Not safe: another column is read.

    Source
        axolotl 0.19.0 and 0.21.0 utils/schemas/utils.py, handle_legacy_message_fields_logic (executed)
    """
    plan = subject.plan
    for entry in datasets.entries(plan):
        mapped = entry.values.get("message_property_mappings")
        if not isinstance(mapped, dict):
            continue
        for name in mapped:
            near = closest(str(name), _MEANT, 0.7) if name not in _MEANT else None
            if near is not None and near not in mapped:
                path = entry.path("message_property_mappings", str(name))
                steps = (entry.number, "message_property_mappings", str(name))
                value = renamed(plan.values[entry.key], steps, near)
                fix = Fix({entry.key: value}, "unsafe", f"{near} in place of {name}")
                message = f"{path} is a property of its own, and {near} is read from `{near}`; did you mean {near}?"
                yield self.finding(message, path, plan=plan, fix=fix)
