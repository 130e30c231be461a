"""What a data file is taken for: the entry of `datasets` that reads it, a question, or why nothing reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.domain.head import Head

FORM_KEYS = frozenset({
    "type", "ds_type", "field", "field_messages", "field_chosen", "field_rejected", "field_human", "field_model",
    "field_tools", "message_property_mappings", "message_field_role", "message_field_content", "message_field_training",
    "roles", "text_column",
})  # fmt: skip
"""The keys of an entry that tell how its rows are read: all others are the person's own."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The entry that reads a file. `says`: why, in a sentence; `label`: the form in a few words. `settings`: keys of
    the plan that such rows ask for beside the entry; `unread`: reward functions of TRL's that can't score them.
    `heard`: there is sound in the rows; `unheard`: there is some where nothing reads it.
    """

    entry: Mapping[str, object]
    label: str
    says: str
    settings: Mapping[str, object] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    heard: bool = False
    unheard: bool = False

    def over(self, old: Mapping[str, object]) -> dict[str, object]:
        """An entry that is there already, read so: what does not tell how rows are read stays."""
        stays = {key: value for key, value in old.items() if key not in FORM_KEYS and key not in self.entry}
        return {**self.entry, **stays}

    def reads_as(self, entry: Mapping[str, object]) -> bool:
        """Whether an entry reads its rows in the same way."""
        return form_of_entry(self.entry) == form_of_entry(entry)


@dataclass(frozen=True, slots=True)
class Unsure:
    """It is not certain: a question with its answers."""

    question: str
    choices: tuple[Detected, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """Nothing reads it as it is: why, and the line of the file where there is one.

    `recast`: the kind of training whose rows can be made of these; empty where none can.
    """

    why: str
    line: int | None = None
    recast: str = ""


Answer = Detected | Unsure | Unusable
_USUAL: dict[str, object] = {
    "field_messages": "messages", "message_property_mappings": {"role": "role", "content": "content"},
    "field_chosen": "chosen", "field_rejected": "rejected", "field": "text",
}  # fmt: skip


def form_of_entry(entry: Mapping[str, object]) -> dict[str, object]:
    """The keys that tell how rows are read, without those that say what holds anyway."""
    found = {key: value for key, value in entry.items() if key in FORM_KEYS - {"ds_type"}}
    return {key: value for key, value in found.items() if value is not None and value != _USUAL.get(key)}


def entry(head: Head, kind: object, **more: object) -> dict[str, object]:
    """An entry for a file; what is None is left out."""
    made: dict[str, object] = {"path": head.path, "ds_type": head.kind or None, "type": kind, **more}
    return {key: value for key, value in made.items() if value is not None}
