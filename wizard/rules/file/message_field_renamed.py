"""MW811."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule

_OLD = {"message_field_role": "role", "message_field_content": "content"}


@rule(
    "MW811",
    "message-field-renamed",
    "warning",
    fix="safe",
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
        `message_property_mappings`, as in the good example. Safe: Axolotl does the same.

    Source
        axolotl 0.19.0 utils/schemas/datasets.py (executed)
    """
    for key in datasets.KEYS:
        listed = subject.plan.get(key)
        ours = [
            one
            for one in datasets.entries(subject.plan, key)
            if key != "datasets" or (one.model == datasets.SUPERVISED and datasets.conflict(one.values) is None)
        ]  # of two columns for one property MW817 speaks
        found = [old for old in _OLD if any(old in one.values for one in ours)]
        if found and isinstance(listed, list):
            numbers = {one.number for one in ours}
            renamed = [_renamed(one) if place in numbers else one for place, one in enumerate(listed)]
            shown = ", ".join(f"{_OLD[old]}: {_column(ours, old)}" for old in found)
            verb = "is" if len(found) == 1 else "are"
            message = f"{key}: {' and '.join(found)} {verb} message_property_mappings: {{{shown}}} now; Axolotl warns"
            agree = not any(_torn(one.values) for one in ours)
            fix = Fix({key: renamed}, "safe", "message_property_mappings in their place") if agree else None
            paths = [one.path(old) for one in ours for old in _OLD if old in one.values]
            yield self.finding(message, *paths, plan=subject.plan, fix=fix)


def _column(entries: list[datasets.DatasetEntry], old: str) -> str:
    """The column that an old key names; `...` where entries differ."""
    named = {in_yaml(one.values[old] or _OLD[old]) for one in entries if old in one.values}
    return named.pop() if len(named) == 1 else "..."


def _renamed(entry: dict[str, object]) -> dict[str, object]:
    """The entry with the mapping where the first old key stood; what the mapping says already stays."""
    there = entry.get("message_property_mappings")
    mapping = {_OLD[key]: entry[key] or _OLD[key] for key in entry if key in _OLD}
    mapping |= there if isinstance(there, dict) else {}
    made: dict[str, object] = {}
    for key, value in entry.items():
        if key in _OLD or key == "message_property_mappings":
            made.setdefault("message_property_mappings", mapping)
        else:
            made[key] = value
    return made


def _torn(entry: dict[str, object]) -> bool:
    """Whether old and new key name different columns."""
    there = entry.get("message_property_mappings")
    mapping = there if isinstance(there, dict) else {}
    return any(key in entry and mapping.get(new, entry[key]) != entry[key] for key, new in _OLD.items())
