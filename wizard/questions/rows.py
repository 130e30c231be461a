"""The entries of the data that a plan names, and what the files behind them are taken for."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl.dataset_types import reading
from wizard.axolotl.forms.answer import Answer, Detected, Unsure
from wizard.axolotl.forms.detect import detect, settled, whole
from wizard.axolotl.template_choice import beside
from wizard.axolotl.turns import chat_template
from wizard.domain.head import Head
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.questions.question import Situation

FILE_TYPES = {
    ".jsonl": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".csv": "csv",
    ".arrow": "arrow",
    ".txt": "text",
}


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
    old = data_entries(plan)[place] if place < len(data_entries(plan)) else {}
    return {**with_entry(plan, found.over(old), place), **beside(found, plan, model)}


def answer_given(asked: Unsure, head: Head, entry: Mapping[str, object]) -> Detected | None:
    """The answer to a question that an entry has, None where it has none of them."""
    return next((one for one in whole(asked, head) if one.reads_as(entry)), None)
