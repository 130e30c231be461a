"""Step 5: the data, its form, and what is kept aside to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from wizard.axolotl import evaluation
from wizard.axolotl.dataset_types import reading
from wizard.axolotl.forms.answer import FORM_KEYS, Answer, Detected, Unsure
from wizard.axolotl.forms.detect import detect, settled
from wizard.axolotl.kinds import kind_of
from wizard.axolotl.turns import chat_template
from wizard.domain.errors import InputError
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.kinds import kinds
from wizard.questions.entries import real, seen, shown, text
from wizard.questions.question import Choice, Option, Situation, Step, TypedQuestion

FILE_TYPES = {
    ".jsonl": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".csv": "csv",
    ".arrow": "arrow",
    ".txt": "text",
}


def first_dataset(plan: Plan) -> dict[str, object]:
    """The first entry of `datasets`, empty where there is none."""
    found = plan.get("datasets")
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return dict(found[0])
    return {}


def _with_first(plan: Plan, first: Mapping[str, object]) -> dict[str, object]:
    found = plan.get("datasets")
    rest = found[1:] if isinstance(found, list) else []
    return {"datasets": [dict(first), *rest]}


def _read(key: str) -> Callable[[Plan], str]:
    return lambda plan: str(first_dataset(plan).get(key) or "")


def _write_path(value: str, situation: Situation) -> Mapping[str, object]:
    path = seen(value, "name a file (jsonl, json, parquet, csv) or a dataset's Hugging Face id")
    first = {**first_dataset(situation.plan), "path": path}
    for key in ("ds_type", "data_files", *(FORM_KEYS - {"type"} if path != _read("path")(situation.plan) else ())):
        first.pop(key, None)
    kind = FILE_TYPES.get(PurePath(path).suffix.lower())
    if kind:
        first["ds_type"] = kind
    return _with_first(situation.plan, first)


_AS_IT_IS = "as it is"
"""The answer for rows that need no type."""


def found_in(situation: Situation) -> Answer | None:
    """What the first data file is taken for; None where it is not on this machine."""
    plan, head = situation.plan, situation.head
    if head is None or head.path != first_dataset(plan).get("path"):
        return None
    found = detect(head, reading(plan), chat_template(plan) or "")
    return settled(found, first_dataset(plan), head)


def set_by(plan: Plan, found: Detected, model: Model | None) -> dict[str, object]:
    """The fields that read the rows as it was detected, with those that such rows ask for beside the entry.

    A model that sees nothing takes none of those: it reads the texts.
    """
    sees = model is None or model.multimodal
    beside = {key: value for key, value in found.settings.items() if sees and plan.get(key) != value}
    return {**_with_first(plan, found.over(first_dataset(plan))), **beside}


def _fitting(situation: Situation) -> tuple[Detected, ...]:
    """The answers that fit the file."""
    found = found_in(situation)
    return (found,) if isinstance(found, Detected) else found.choices if isinstance(found, Unsure) else ()


def _types(situation: Situation) -> tuple[Option, ...]:
    """What fits the file first, then the usual forms."""
    plan, first = situation.plan, first_dataset(situation.plan)
    fitting = _fitting(situation)
    made = [Option(one.label, f"{one.says} (your file)", set_by(plan, one, situation.model)) for one in fitting]
    training = kinds().get(kind_of(plan))
    known = training.forms if training is not None else ()
    bare = {key: value for key, value in first.items() if key not in FORM_KEYS - {"ds_type"}}
    bare.pop("type", None)
    made += [Option(name or _AS_IT_IS, about, _with_first(plan, {**bare, **({"type": name} if name else {})}))
             for name, about in known if name not in [one.label for one in fitting]]  # fmt: skip
    return tuple(made)


def _type_now(situation: Situation) -> int | None:
    first, fitting = first_dataset(situation.plan), _fitting(situation)
    read = next((place for place, one in enumerate(fitting) if one.reads_as(first)), None)
    if read is not None or isinstance(first.get("type"), dict):
        return read
    names = [option.label for option in _types(situation)][len(fitting) :]
    named = first.get("type") or _AS_IT_IS
    return len(fitting) + names.index(str(named)) if named in names else None


_EVALUATIONS = ("evals_per_epoch", "eval_steps", "eval_strategy")


def _write_share(value: str, situation: Situation) -> Mapping[str, object]:
    changes = dict(real("val_set_size", 0.0, 1_000_000.0)(value, situation))
    kept = changes["val_set_size"]
    if kept == 1:
        raise InputError("1 would keep all rows aside: a share below 1, or 2 rows and more")
    if isinstance(kept, int) and kept and situation.plan.get("rl") is not None:
        raise InputError("preference training takes a share alone, such as 0.05")
    if not changes["val_set_size"]:
        changes |= dict.fromkeys(_EVALUATIONS, REMOVE)
    elif not evaluation.eval_steps(situation.plan) and not evaluation.eval_strategy(situation.plan):
        changes |= {} if evaluation.evals_per_epoch(situation.plan) else {"evals_per_epoch": 2}
    return changes


DATA = Step(
    "data",
    "Data",
    "What does it learn from?",
    (
        TypedQuestion(
            "path", "File or dataset", "datasets",
            "A file on this machine (jsonl, json, parquet, csv) or the id of a dataset on Hugging Face.",
            _read("path"), _write_path, wide=True,
        ),
        Choice(
            "type", "How a row looks", "datasets.type",
            "How a row becomes text. For a chat model, conversations in `messages` are the usual form.",
            _types, _type_now,
        ),
        TypedQuestion(
            "share", "Kept aside to evaluate", "val_set_size",
            "A share (0.05 is 5%) or a number of rows. 0 turns evaluation off. Evaluation makes the logits "
            "whole, so it can need more memory than training.",
            shown("val_set_size", 0), _write_share, also=_EVALUATIONS,
        ),
        TypedQuestion(
            "output", "Result folder", "output_dir",
            "Checkpoints and the trained adapter or model are written here.",
            shown("output_dir", "./outputs"), text("output_dir"), wide=True,
        ),
    ),
)  # fmt: skip
