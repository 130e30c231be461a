"""What is said of the data file that a plan names, and what of the plan is set by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from wizard.axolotl.forms.answer import Answer, Detected, Unsure, Unusable
from wizard.axolotl.template_choice import lost as lost_on
from wizard.domain.head import Head
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.references import HOW_SOUND_IS_READ
from wizard.questions.rows import FILE_TYPES, answer_given, data_entries, first_dataset, found_of, place_of, set_by
from wizard.questions.steps import where
from wizard.session.ports import Data
from wizard.session.rows_seen import RowsSeen
from wizard.session.state import State


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence on the data. `take`: it ends in an answer that is to be taken. `rows`: some, as they are learned.

    `recast`: the kind of training for which the rows of `path` can be written anew; empty where they can't.
    """

    says: str
    take: bool = False
    rows: RowsSeen | None = None
    path: str = ""
    recast: str = ""


def _head(entry: Mapping[str, object], data: Data) -> Head | None:
    path = place_of(entry)
    return data.head(path) if path else None


def read_by(state: State, data: Data, before: Plan) -> tuple[State, Mapping[str, object], Head | None]:
    """The state with the entries that read files which were just named, where that is certain; and what was set.

    The head is that of the last one that was named, None where none was.
    """
    had = set(map(place_of, data_entries(before)))
    fields: dict[str, object] = {}
    last: Head | None = None
    for place, entry in enumerate(data_entries(state.plan)):
        if place_of(entry) in had:
            continue
        last = _head(entry, data)
        found = found_of(state.plan, entry, last)
        if isinstance(found, Detected):
            new = set_by(state.plan, found, state.model, place)
            state, fields = state.with_fields(new), {**fields, **new}
    return state, fields, last


def remark(plan: Plan, head: Head | None, model: Model | None = None) -> Remark | None:
    """What is to be said of a file: what it is taken for, what is asked, or why it is not known. `model`: the plan's,
    which may not see what the rows show.
    """
    named_last = [one for one in data_entries(plan) if head is not None and place_of(one) == head.path]
    entry = named_last[-1] if named_last else first_dataset(plan)
    path = place_of(entry)
    named = PurePath(path).suffix.lower() in FILE_TYPES
    if head is None or head.state == "missing":
        return (
            Remark(f"There is no file {path} here. That is well if it will be there where it is trained.")
            if named
            else None
        )
    if head.state == "unread":
        return Remark(f"{path} is not looked into: {head.why}.")
    found = found_of(plan, entry, head)
    if isinstance(found, Unsure):
        given = answer_given(found, head, entry)
        if given is None:
            return Remark(f"{path}: {found.question}", take=True)
        found = given
    if isinstance(found, Unusable):
        line = f" (line {found.line})" if found.line else ""
        return Remark(f"{path}{line}: {found.why}.", path=path, recast=found.recast)
    if found is None:
        return None
    if found.reads_as(entry):
        lost = unseen(plan, entry, found, model)
        also = f" {lost[0].upper()}{lost[1:]}." if lost else ""
        return Remark(f"{path}: {found.says}; it is read as {found.label}.{also}")
    return Remark(f"{path}: {found.says}, so its form is {found.label}.", take=True)


def unseen(plan: Plan, entry: Mapping[str, object], found: Answer | None, model: Model | None) -> str:
    """That images or sound of the rows are lost on a model, or on any; empty where they are not."""
    if not isinstance(found, Detected):
        return ""
    if told := lost_on(found, model, place_of(entry), plan.get("base_model")):
        return f"{told} ({where('model')}, `{'sound' if found.heard else 'vision'}`, has others)"
    return f"the sound of {place_of(entry)} is not read: {HOW_SOUND_IS_READ}" if found.unheard else ""
