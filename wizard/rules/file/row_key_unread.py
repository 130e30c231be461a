"""MW822."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, row_keys
from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.rules.registry import Rule, Subject, rule


@rule("MW822", "row-key-unread", "warning", keys=datasets.KEYS)
def row_key_unread(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key that says how rows are read, in a dataset whose type does not look at it.

    What it checks
        `field_messages`, `message_property_mappings`, `roles_to_train`, `train_on_eos`, `chat_template`, `field` and
        other keys that only some types of supervised training read, beside a type that does not: `roles_to_train` is
        read by `chat_template` and not by `alpaca`, `field` by `completion` alone. A value that says what happens
        anyway is passed over.

    Why it matters
        The validator takes the key and the type's loader never sees it: the run begins, and reads and trains other
        columns or turns than the file says.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                type: alpaca
                message_property_mappings:
                  role: from
                  content: value

        Bad:
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: data.jsonl
                type: chat_template
                field: text_of_row

        Good:
            base_model: Qwen/Qwen3-0.6B
            datasets:
              - path: data.jsonl
                type: chat_template
                message_property_mappings:
                  role: from
                  content: value

    Fix
        None: either the type or the key is meant otherwise.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/__init__.py load (trained with on a CPU)
    """
    plan = subject.plan
    types = dataset_types(subject.axolotl)
    for entry in datasets.entries(plan):
        keys = row_keys.unread(plan, entry, types)
        if not keys:
            continue
        named = f"type {entry.type}" if isinstance(entry.type, str) else "a block under `type`"
        other = row_keys.readers(types, keys)
        message = f"{entry.path()}: {named} does not read {' and '.join(keys)}: the rows are read as if "
        message += f"{'it were' if len(keys) == 1 else 'they were'} not there"
        if other:
            message += f"; {' and '.join(other)} {'reads' if len(other) == 1 else 'read'} {_them(keys)}"
        yield self.finding(message, *map(entry.path, keys), plan=plan)


def _them(keys: list[str]) -> str:
    return "it" if len(keys) == 1 else "them"
