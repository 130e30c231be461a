"""Which form a data file's columns ask for."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

from wizard.domain.plan import Plan
from wizard.questions.data import FILE_TYPES, first_dataset
from wizard.session.ports import Outside

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


def remark(plan: Plan, outside: Outside) -> str:
    """A sentence on the file that the plan names, where it is a file: that it is not here, or has another form."""
    path = str(first_dataset(plan).get("path") or "")
    if PurePath(path).suffix.lower() not in FILE_TYPES:
        return ""
    columns = outside.columns(path)
    if columns is None:
        return f"There is no file {path} here. That is well if it will be there where it is trained."
    form, taken = form_for(columns), first_dataset(plan).get("type")
    if not columns or form is None or form == taken:
        return ""
    named = ", ".join(sorted(columns)[:5])
    return f"The rows of {path} have {named}: their form is {form}. Take it below."
