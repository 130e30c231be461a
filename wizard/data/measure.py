"""Measures the rows of one file as they come."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.data.rowtext import Counter, RowError, named, texts_of, tokens
from wizard.domain.lengths import Lengths, Measured
from wizard.knowledge.axolotl.dataset_forms import Form, nearest_form
from wizard.knowledge.tokens import Count


@dataclass(frozen=True, slots=True)
class Bad:
    """Rows that the form can't read: how many of those read, and of the first its line and why."""

    count: int
    line: int
    why: str


@dataclass(slots=True)
class Measures:
    """The lengths of rows, by form. `marks`: what the tokenizer puts before a text. Three figures for each row."""

    form: Form
    count: Counter
    marks: Count
    bad: Bad | None = None
    read: int = 0
    _figures: tuple[array[int], array[int], array[int]] = field(
        default_factory=lambda: (array("q"), array("q"), array("q"))
    )

    def take(self, slot: int, line: int, row: Mapping[str, object]) -> None:
        """Measure a row: one after the last, or in place of the one that stands at `slot`."""
        self.read = max(self.read, slot + 1)
        try:
            found = tokens(texts_of(row, self.form, self.marks), self.count)
        except RowError as error:
            first = self.bad or Bad(0, line, str(error))
            self.bad = Bad(first.count + 1, first.line, first.why)
            found = Count(-1, -1, -1)
        for figures, value in zip(self._figures, (found.low, found.likely, found.high), strict=True):
            figures[slot : slot + 1] = array("q", (value,))

    def measured(self, rows: int) -> Measured:
        """The lengths of the rows that could be read, standing for so many `rows` in proportion."""
        low, likely, high = (tuple(value for value in figures if value >= 0) for figures in self._figures)
        stands_for = round(rows * len(likely) / self.read) if self.read else 0
        return Measured(Lengths(low, stands_for), Lengths(likely, stands_for), Lengths(high, stands_for))


def wrong_columns(row: Mapping[str, object], form: Form | None) -> str | None:
    """The sentence on columns that a form needs and the rows do not have, with the form that would fit; else None.

    Without a form: that none reads these columns.
    """
    if form is not None and not form.missing(row):
        return None
    has = named(tuple(map(str, row))) or "no columns"
    close = nearest_form(row)
    hint = f"; `type: {close.name}` reads these" if close and close != form else _talk(row)
    if form is None:
        return f"no form that memwizard knows reads rows that have {has}{hint}"
    return f"{form.name} reads {named(tuple(form.needs.values()))}, but the rows have {has}{hint}"


def _talk(row: Mapping[str, object]) -> str:
    """How `chat_template` reads the first column that holds a list of messages, whatever their keys are called."""
    for column, value in row.items():
        first = value[0] if isinstance(value, list) and value else None
        keys = [str(key) for key in first] if isinstance(first, dict) else []
        for role, content in (("role", "content"), ("from", "value")):
            if role in keys and content in keys:
                mapped = (
                    f", `message_property_mappings: {{role: {role}, content: {content}}}`" if role != "role" else ""
                )
                return f"; `type: chat_template` reads them with `field_messages: {column}`{mapped}"
    return ""
