"""Step 5: the data, its form, and what is kept aside to evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from wizard.axolotl import evaluation
from wizard.axolotl.dataset_types import reading
from wizard.axolotl.forms.answer import FORM_KEYS, Answer, Detected, Unsure
from wizard.axolotl.forms.detect import detect, settled, whole
from wizard.axolotl.kinds import kind_of
from wizard.axolotl.template_choice import beside
from wizard.axolotl.turns import chat_template
from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.kinds import kinds
from wizard.questions.conversations import CONVERSATIONS
from wizard.questions.entries import real, seen, shown, text
from wizard.questions.question import Choice, Group, Option, Question, Situation, Step, TypedQuestion

FILE_TYPES = {
    ".jsonl": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".csv": "csv",
    ".arrow": "arrow",
    ".txt": "text",
}


_OF_THE_SOURCE = ("ds_type", "data_files", "name", "split", "revision", "trust_remote_code", "shards", "shards_idx")
"""Of an entry, what belongs to the place its rows come from: another place has no such part, or another."""


def block_of(plan: Plan) -> str:
    """The key under which the data is named: what continues a pretraining streams it from a key of its own."""
    return "pretraining_dataset" if reading(plan) == "pretraining" else "datasets"


def data_entries(plan: Plan) -> list[dict[str, object]]:
    """The entries of the data, those that are blocks."""
    found = plan.get(block_of(plan))
    return [{str(key): value for key, value in one.items()} for one in found if isinstance(one, dict)] \
        if isinstance(found, list) else []  # fmt: skip


def first_dataset(plan: Plan) -> dict[str, object]:
    """The first entry of the data, empty where there is none."""
    return next(iter(data_entries(plan)), {})


def place_of(entry: Mapping[str, object]) -> str:
    """Where the rows of an entry are: its path, or the file that a loader's name stands before."""
    files = entry.get("data_files")
    path = str(entry.get("path") or "")
    return files if isinstance(files, str) and path in FILE_TYPES.values() else path


def with_entry(plan: Plan, entry: Mapping[str, object], place: int = 0) -> dict[str, object]:
    """The data with another entry in this place, or behind the last."""
    listed = list(data_entries(plan))
    listed[place : place + 1] = [dict(entry)]
    return {block_of(plan): listed}


def _read_paths(plan: Plan) -> str:
    return ", ".join(filter(None, map(place_of, data_entries(plan))))


def _write_paths(value: str, situation: Situation) -> Mapping[str, object]:
    """Entries for the paths between commas: one that stays keeps its own, the first other takes the first's."""
    typed = seen(value, "name a file (jsonl, json, parquet, csv) or a dataset's Hugging Face id")
    paths = list(dict.fromkeys(filter(None, map(str.strip, typed.split(",")))))
    plan = situation.plan
    if not paths or _read_paths(plan) == typed:
        return {block_of(plan): plan.get(block_of(plan))}
    had = {place_of(one): one for one in data_entries(plan)}
    left = [one for path, one in had.items() if path not in paths]
    return {block_of(plan): [had.get(path) or _moved(left.pop(0) if left else {}, path) for path in paths]}


def _moved(entry: Mapping[str, object], path: str) -> dict[str, object]:
    """An entry for another path: what tells how the old one's rows are read goes, but for the type, and which of its
    rows were taken.
    """
    gone = {*_OF_THE_SOURCE, *(FORM_KEYS - {"type"})}
    kept = {key: value for key, value in entry.items() if key not in gone}
    kind = FILE_TYPES.get(PurePath(path).suffix.lower())
    return {**kept, "path": path, **({"ds_type": kind} if kind else {})}


_AS_IT_IS = "as it is"
"""The answer for rows that need no type."""


def found_of(plan: Plan, entry: Mapping[str, object], head: Head | None) -> Answer | None:
    """What the file of an entry is taken for; None where it is not on this machine."""
    return settled(_detected(plan, entry, head), entry, head) if head is not None else None


def _detected(plan: Plan, entry: Mapping[str, object], head: Head | None) -> Answer | None:
    """The same, whatever of an answer the entry holds."""
    if head is None or head.path != place_of(entry):
        return None
    return detect(head, reading(plan), chat_template(plan) or "")


def found_in(situation: Situation) -> Answer | None:
    """What the first data file is taken for."""
    return found_of(situation.plan, first_dataset(situation.plan), situation.head)


def asks_on(situation: Situation) -> bool:
    """Whether what stands is the half of an answer: which column is learned, but not what it answers."""
    plan, head = situation.plan, situation.head
    entry = first_dataset(plan)
    found = _detected(plan, entry, head)
    return head is not None and settled(found, entry, head) is not found


def set_by(plan: Plan, found: Detected, model: Model | None, place: int = 0) -> dict[str, object]:
    """The fields that read the rows as it was detected, with those that such rows ask for beside the entry.

    A model that sees nothing takes none of those: it reads the texts.
    """
    sees = model is None or model.multimodal
    old = data_entries(plan)[place] if place < len(data_entries(plan)) else {}
    return {**with_entry(plan, found.over(old), place), **beside(found, plan, sees=sees)}


def _fitting(situation: Situation) -> tuple[Detected, ...]:
    """The answers that fit the file; the one that was given too, where it was given in two."""
    found = found_in(situation)
    if not isinstance(found, Unsure) or situation.head is None:
        return (found,) if isinstance(found, Detected) else ()
    given = answer_given(found, situation.head, first_dataset(situation.plan))
    return found.choices if given is None or given in found.choices else (given, *found.choices)


def answer_given(asked: Unsure, head: Head, entry: Mapping[str, object]) -> Detected | None:
    """The answer to a question that an entry has, None where it has none of them."""
    return next((one for one in whole(asked, head) if one.reads_as(entry)), None)


def _types(situation: Situation) -> tuple[Option, ...]:
    """What fits the file first, then the usual forms."""
    plan, first = situation.plan, first_dataset(situation.plan)
    fitting = _fitting(situation)
    made = [Option(one.label, f"{one.says} (your file)", set_by(plan, one, situation.model)) for one in fitting]
    training = kinds().get(kind_of(plan))
    known = training.forms if training is not None else ()
    bare = {key: value for key, value in first.items() if key not in FORM_KEYS - {"ds_type"}}
    bare.pop("type", None)
    made += [Option(name or _AS_IT_IS, about, with_entry(plan, {**bare, **({"type": name} if name else {})}))
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


def _which(situation: Situation) -> tuple[Option, ...]:
    """Each of several, as the one to be asked about."""
    plan, listed = situation.plan, data_entries(situation.plan)
    if len(listed) < 2:
        return ()
    return tuple(
        Option(f"{place_of(one)}: {_form_name(one)}", "It is asked about next.",
               {block_of(plan): [one, *(other for other in listed if other is not one)]})
        for one in listed
    )  # fmt: skip


def _which_now(situation: Situation) -> int | None:
    return 0 if len(data_entries(situation.plan)) > 1 else None


def _form_name(entry: Mapping[str, object]) -> str:
    kind = entry.get("type")
    return "columns of its own" if isinstance(kind, dict) else str(kind or "no form yet")


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


_ROWS: tuple[Question, ...] = (
    TypedQuestion(
        "path", "File or dataset", "datasets",
        "A file or folder on this machine (jsonl, json, parquet, csv, txt) or the id of a dataset on Hugging Face; "
        "several with commas between.",
        _read_paths, _write_paths, wide=True, also=("pretraining_dataset",),
    ),
    Choice(
        "which", "Which of them the next questions ask about", "datasets",
        "They are all learned from, in a drawn order; the one that is asked about stands first in the file.",
        _which, _which_now,
    ),
    Choice(
        "type", "How a row looks", "datasets.type",
        "How a row becomes text. For a chat model, conversations in `messages` are the usual form.",
        _types, _type_now,
    ),
)  # fmt: skip
_BESIDE: tuple[Question, ...] = (
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
)  # fmt: skip
DATA = Step(
    "data",
    "Data",
    "What does it learn from?",
    (
        Group("The rows", _ROWS),
        Group("What is learned of them", CONVERSATIONS),
        Group("Evaluation and result", _BESIDE),
    ),
)
