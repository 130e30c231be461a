"""The entries of `datasets`, `test_datasets` and `pretraining_dataset`, each with the model that Axolotl reads it as.

Source: axolotl 0.19.0 utils/config/__init__.py:455 (validate_config), utils/schemas/datasets.py, config.py:359-440;
0.21.0 the same, :563. pydantic chooses among several models the one that knows most keys.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wizard.axolotl import preference, turns
from wizard.domain.plan import Plan
from wizard.domain.values import flag
from wizard.domain.version import Version
from wizard.knowledge.axolotl import shapes
from wizard.knowledge.axolotl.versions import of_plan

KEYS = ("datasets", "test_datasets", "pretraining_dataset")
SUPERVISED, PAIRS, LABELLED, SYNTHETIC = "SFTDataset", "DPODataset", "KTODataset", "SyntheticDataset"
BY_METHOD = {"dpo": PAIRS, "ipo": PAIRS, "simpo": PAIRS, "kto": LABELLED}
_CHOICES = {
    "test_datasets": (SUPERVISED, PAIRS, LABELLED, "StepwiseSupervisedDataset", SYNTHETIC),
    "pretraining_dataset": ("PretrainingDataset", SUPERVISED),
}
MODELS = (SUPERVISED, PAIRS, LABELLED, "StepwiseSupervisedDataset", SYNTHETIC, "PretrainingDataset")
ENDINGS = frozenset({".jsonl", ".json", ".parquet", ".arrow", ".csv", ".txt"})
"""Endings of data files."""
_BY_ENDING = {".parquet": "parquet", ".arrow": "arrow", ".csv": "csv", ".txt": "text"}
"""The format that Axolotl takes a path for (utils/data/shared.py, get_dataset_type); json otherwise."""
_USUAL = {"train_on_eos": "turn", "field": "text"}
"""What is done without the key."""
_OLD = {"message_field_role": "role", "message_field_content": "content"}


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """One entry that is a block. `key`, `number`: where it stands; `model`: the schema's model that reads it, of this
    `version`.
    """

    key: str
    number: int
    values: dict[str, object]
    model: str
    version: Version

    def path(self, *keys: str) -> str:
        """The path of one of its keys, or of itself."""
        return shapes.written(self.key, (self.number, *keys))

    @property
    def type(self) -> object:
        """Its `type`: a name, a block, or None."""
        return self.values.get("type")


def entries(plan: Plan, *keys: str) -> list[DatasetEntry]:
    """The entries of these keys that are blocks; of all three where none is named."""
    found = []
    for key in keys or KEYS:
        listed = plan.get(key)
        for number, one in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(one, dict):
                values = {str(name): value for name, value in one.items()}
                found.append(DatasetEntry(key, number, values, _model(plan, key, values), of_plan(plan)))
    return found


def _model(plan: Plan, key: str, values: dict[str, object]) -> str:
    """The model that reads an entry: by the kind of training under `datasets`, elsewhere by its keys."""
    if key == "datasets":
        return BY_METHOD.get(preference.rl(plan) or "") or (
            SYNTHETIC if values.get("type") == "_synthetic" else SUPERVISED
        )
    version = of_plan(plan)
    fitting = [one for one in _CHOICES[key] if fits(one, values, version)]
    return max(fitting, key=lambda one: _keys_set(one, values, version), default=SUPERVISED)


def misfits(plan: Plan, key: str) -> list[shapes.Misfit]:
    """What of the entries under a key is refused, each as its model reads it."""
    listed = plan.get(key)
    blocks = {entry.number: entry for entry in entries(plan, key)}
    found = []
    for number in range(len(listed) if isinstance(listed, list) else 0):
        entry = blocks.get(number)
        wrong = [shapes.Misfit((), "a block of keys")] if entry is None else _misfits(entry)
        found += [replace(each, steps=(number, *each.steps)) for each in wrong]
    return found[:20]


def _misfits(entry: DatasetEntry) -> list[shapes.Misfit]:
    mapped = entry.values.get("message_property_mappings")
    if entry.key != "datasets":
        if mapped is not None and not isinstance(mapped, dict):  # before any model is chosen
            return [shapes.Misfit(("message_property_mappings",), "a block of keys")]
        if fits(entry.model, entry.values, entry.version):
            return []
    return shapes.misfits(shapes.model(entry.model, entry.version), entry.values)


def fits(model: str, values: dict[str, object], version: Version) -> bool:
    """Whether a model takes an entry."""
    if not shapes.has_model(model, version):
        return False
    if model == SUPERVISED and (conflict(values) is not None or lacks_template(values)):
        return False
    return not shapes.misfits(shapes.model(model, version), values, 1)


def _keys_set(model: str, values: dict[str, object], version: Version) -> int:
    """As pydantic counts: the model of supervised rows sets `message_property_mappings` itself."""
    added = int(model == SUPERVISED and "message_property_mappings" not in values)
    return shapes.keys_set(shapes.model(model, version), values) + added


def conflict(values: dict[str, object]) -> tuple[str, str] | None:
    """The old key and the property where both name a column and do not agree."""
    mapped = values.get("message_property_mappings")
    for old, new in _OLD.items():
        if old in values and isinstance(mapped, dict) and new in mapped and mapped[new] != values[old]:
            return old, new
    return None


def lacks_template(values: dict[str, object]) -> bool:
    """Whether an entry asks for a template of its own and does not give it."""
    return values.get("chat_template") == "jinja" and not values.get("chat_template_jinja")


def known_elsewhere(entry: DatasetEntry, steps: shapes.Steps) -> bool:
    """Whether an unknown key of the entry itself is one that another kind of training has."""
    known = [shapes.model(one, entry.version) for one in MODELS if shapes.has_model(one, entry.version)]
    return len(steps) == 1 and any(steps[0] in one["properties"] for one in known)


def kind(plan: Plan, entry: DatasetEntry) -> str:
    """For which kind of training the entry is read, as the end of a sentence."""
    if entry.key == "datasets" and entry.model in (PAIRS, LABELLED):
        return f"in a dataset of rl: {preference.rl(plan)}"
    if entry.key == "pretraining_dataset":
        return "in this entry of pretraining_dataset"
    if entry.model in (PAIRS, LABELLED, SYNTHETIC):
        return f"where it reads this entry as {entry.model}, the kind that fits its keys and values"
    method = preference.rl(plan)
    return f"in a dataset of rl: {method}" if method else "in a dataset of supervised training"


def matters(plan: Plan, entry: DatasetEntry, name: str) -> bool:
    """Whether something is lost where a key is dropped: not where it says what happens without it."""
    value = entry.values[name]
    if name == "ds_type":
        path = str(entry.values.get("path", ""))
        return value != next((kind for end, kind in _BY_ENDING.items() if end in path), "json")
    if name == "chat_template":
        return value != (turns.chat_template(plan) or "tokenizer_default")
    if name == "roles":
        return value != {one: [one] for one in value} if isinstance(value, dict) else True
    if name == "message_property_mappings":
        return not isinstance(value, dict) or any(str(key) != one for key, one in value.items())
    if name in ("message_field_role", "message_field_content"):
        return value != _OLD[name]
    if name == "roles_to_train":
        return value not in (["assistant"], ["gpt"], [], None)
    if name in _USUAL:
        return value not in (None, _USUAL[name])
    return value not in (None, False, "", 0)


def prepares(plan: Plan) -> bool:
    """Whether rows are tokenized before training: otherwise nothing looks at their type."""
    return not flag(plan.get("skip_prepare_dataset"))
