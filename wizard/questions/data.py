"""Step 5: the data, its form, and what is kept aside to evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from wizard.axolotl import evaluation
from wizard.axolotl.forms.answer import FORM_KEYS, Detected, Unsure
from wizard.axolotl.kinds import kind_of
from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.kinds import kinds
from wizard.questions.conversations import CONVERSATIONS
from wizard.questions.entries import real, seen, shown, text
from wizard.questions.other_kind import made_for_another
from wizard.questions.question import Choice, Group, Option, Question, Situation, Step, TypedQuestion
from wizard.questions.rows import (
    FILE_TYPES,
    answer_given,
    block_of,
    data_entries,
    first_dataset,
    found_in,
    place_of,
    set_by,
    with_entry,
)

_OF_THE_SOURCE = ("ds_type", "data_files", "name", "split", "revision", "trust_remote_code", "shards", "shards_idx")
"""Of an entry, what belongs to the place its rows come from: another place has no such part, or another."""


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


def _fitting(situation: Situation) -> tuple[Detected, ...]:
    """The answers that fit the file; the one that was given too, where it was given in two."""
    found = found_in(situation)
    if not isinstance(found, Unsure) or situation.head is None:
        return (found,) if isinstance(found, Detected) else ()
    given = answer_given(found, situation.head, first_dataset(situation.plan))
    return found.choices if given is None or given in found.choices else (given, *found.choices)


def _types(situation: Situation) -> tuple[Option, ...]:
    """What the file is made for and what fits it first, then the usual forms."""
    plan, first = situation.plan, first_dataset(situation.plan)
    fitting = _fitting(situation)
    made = list(_before(situation))
    made += [Option(one.label, f"{one.says} (your file)", set_by(plan, one, situation.model)) for one in fitting]
    training = kinds().get(kind_of(plan))
    known = training.forms if training is not None else ()
    bare = {key: value for key, value in first.items() if key not in FORM_KEYS - {"ds_type"}}
    bare.pop("type", None)
    made += [Option(name or _AS_IT_IS, about, with_entry(plan, {**bare, **({"type": name} if name else {})}))
             for name, about in known if name not in [one.label for one in fitting]]  # fmt: skip
    return tuple(made)


def _before(situation: Situation) -> tuple[Option, ...]:
    """What stands before the forms: the kind of training that the rows are made for, where it is another."""
    other = made_for_another(situation)
    return (other,) if other is not None else ()


def _type_now(situation: Situation) -> int | None:
    first, fitting = first_dataset(situation.plan), _fitting(situation)
    before = len(_before(situation))
    read = next((place for place, one in enumerate(fitting, before) if one.reads_as(first)), None)
    if read is not None or isinstance(first.get("type"), dict):
        return read
    behind = before + len(fitting)
    names = [option.label for option in _types(situation)][behind:]
    named = first.get("type") or _AS_IT_IS
    return behind + names.index(str(named)) if named in names else None


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
