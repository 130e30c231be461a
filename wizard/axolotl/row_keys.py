"""Which keys of an entry say how its rows are read, and whether the entry's type looks at them.

Source: axolotl 0.21.0 prompt_strategies/__init__.py (load: only a loader with `ds_cfg` gets the entry), and what each
module names, as `scripts/dataset_types.py` reads it.
"""

from __future__ import annotations

from wizard.axolotl import dataset_types, datasets
from wizard.axolotl.datasets import DatasetEntry
from wizard.axolotl.images import with_images
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl import shapes
from wizard.knowledge.axolotl.dataset_types import DatasetTypes
from wizard.knowledge.axolotl.shapes import Steps

_OF_EVERY_TYPE = frozenset({"path", "name", "weight"})
_OLD = {"message_field_role": "message_property_mappings", "message_field_content": "message_property_mappings"}
"""What the validator puts into another key."""


def unread(plan: Plan, entry: DatasetEntry, types: DatasetTypes) -> list[str]:
    """The keys of an entry that its type of supervised training does not read, and that would change something."""
    if dataset_types.reading(plan) != "supervised" or entry.model != datasets.SUPERVISED or with_images(plan):
        return []
    read = _reads(entry, types)
    if read is None or not dataset_types.is_read(plan, entry):
        return []
    known = frozenset().union(*types.reads.values()) - _OF_EVERY_TYPE
    return [key for key in entry.values if _OLD.get(key, key) in known - read and datasets.matters(plan, entry, key)]


def readers(types: DatasetTypes, keys: list[str]) -> list[str]:
    """The types that read all of these keys."""
    wanted = {_OLD.get(key, key) for key in keys}
    return sorted(module for module, read in types.reads.items() if wanted <= read)


def _reads(entry: DatasetEntry, types: DatasetTypes) -> frozenset[str] | None:
    """What the entry's type reads; None where that is not known, or no type was named."""
    if isinstance(entry.type, dict):
        return frozenset()
    if not isinstance(entry.type, str) or dataset_types.answer(types, "supervised", entry.type) != "loads":
        return None
    name, _, last = entry.type.rpartition(".")
    module = name if last.startswith("load_") or last == "load" else entry.type
    if module in types.reads:
        return types.reads[module]
    return frozenset() if module.partition(":")[0] in types.handlers else None


def of_block(entry: DatasetEntry, steps: Steps) -> bool:
    """Whether an unknown key of the entry itself is one of a block under `type`."""
    return len(steps) == 1 and entry.model == datasets.SUPERVISED and steps[0] in _of_block(entry)


def into_block(entry: DatasetEntry) -> dict[str, object] | None:
    """The entry with such keys in that block; None where a type has a name already, or the block has the key."""
    moving = {key: value for key, value in entry.values.items() if key in _of_block(entry)}
    block = entry.type if entry.type is not None else {}
    if not isinstance(block, dict) or moving.keys() & block.keys():
        return None
    kept = {key: value for key, value in entry.values.items() if key not in moving}
    return {**kept, "type": {**block, **moving}}


def _of_block(entry: DatasetEntry) -> frozenset[str]:
    return frozenset(shapes.model("UserDefinedPrompterType", entry.version)["properties"]) - _own(entry)


def _own(entry: DatasetEntry) -> frozenset[str]:
    return frozenset(shapes.model(entry.model, entry.version)["properties"])
