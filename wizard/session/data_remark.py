"""What is said of the data file that a plan names, and what of the plan is set by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from wizard.axolotl.forms.answer import Detected, Unsure, Unusable
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.questions.data import FILE_TYPES, first_dataset, found_in, set_by
from wizard.questions.question import Situation
from wizard.session.ports import Data
from wizard.session.state import State


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence on the data. `take`: it ends in an answer that is to be taken."""

    says: str
    take: bool = False


def head_of(plan: Plan, data: Data) -> Head | None:
    """The head of the first data file, None where it is not a file here or can't be told."""
    path = first_dataset(plan).get("path")
    return data.head(path) if isinstance(path, str) and path else None


def read_by(state: State, head: Head | None, before: Plan) -> tuple[State, Mapping[str, object]]:
    """The state with the entry that reads a file which was just named, where that is certain; and what was set."""
    found = found_in(_situation(state.plan, head))
    if not isinstance(found, Detected) or first_dataset(before).get("path") == first_dataset(state.plan).get("path"):
        return state, {}
    fields = set_by(state.plan, found, state.model)
    return state.with_fields(fields), fields


def remark(plan: Plan, head: Head | None) -> Remark | None:
    """What is to be said of the file: what it is taken for, what is asked, or why it is not known."""
    path = str(first_dataset(plan).get("path") or "")
    named = PurePath(path).suffix.lower() in FILE_TYPES
    if head is None or head.state == "missing":
        return (
            Remark(f"There is no file {path} here. That is well if it will be there where it is trained.")
            if named
            else None
        )
    if head.state == "unread":
        return Remark(f"{path} is not looked into: {head.why}.")
    found = found_in(_situation(plan, head))
    if isinstance(found, Unsure):
        return Remark(f"{path}: {found.question}", take=True)
    if isinstance(found, Unusable):
        line = f" (line {found.line})" if found.line else ""
        return Remark(f"{path}{line}: {found.why}.")
    if found is None:
        return None
    if found.reads_as(first_dataset(plan)):
        return Remark(f"{path}: {found.says}; it is read as {found.label}.")
    return Remark(f"{path}: {found.says}, so its form is {found.label}.", take=True)


def _situation(plan: Plan, head: Head | None) -> Situation:
    return Situation(plan, None, None, head)
