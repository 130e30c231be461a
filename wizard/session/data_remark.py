"""Which form a data file's columns ask for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from wizard.domain.plan import Plan
from wizard.questions.data import FILE_TYPES, first_dataset
from wizard.session.ports import Data

_FORMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("chat_template.default", frozenset({"messages", "chosen", "rejected"})),
    ("chatml.intel", frozenset({"question", "chosen", "rejected"})),
    ("chat_template", frozenset({"messages"})),
    ("alpaca", frozenset({"instruction", "output"})),
    ("input_output", frozenset({"segments"})),
    ("completion", frozenset({"text"})),
)
"""The columns each form reads (axolotl 0.19.0 prompt_strategies), the closest form first."""


def form_for(columns: Collection[str]) -> str | None:
    """The form whose columns are all there, None where none is."""
    return next((name for name, needed in _FORMS if needed <= set(columns)), None)


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence on the data. `form`: the form to take, None where it is not about that."""

    says: str
    form: str | None = None


def remark(plan: Plan, data: Data) -> Remark | None:
    """What is to be said of the file that the plan names, where it is one: that it is not here, or has another form."""
    path = str(first_dataset(plan).get("path") or "")
    if PurePath(path).suffix.lower() not in FILE_TYPES:
        return None
    columns = data.columns(path)
    if columns is None:
        return Remark(f"There is no file {path} here. That is well if it will be there where it is trained.")
    form, taken = form_for(columns), first_dataset(plan).get("type")
    if not columns or form is None or form == taken:
        return None
    named = ", ".join(sorted(columns)[:5])
    return Remark(f"The rows of {path} have {named}: their form is {form}.", form)
