"""The forms a row of data may have: which columns each reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from wizard.knowledge.load import toml

Kind = Literal["messages", "instruction", "text", "segments", "pair", "judged"]


@dataclass(frozen=True, slots=True)
class Form:
    """How a row is read. `needs` and `may` map what a column is (`answer`) to its name in the file (`output`)."""

    name: str
    kind: Kind
    needs: Mapping[str, str]
    may: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    prompt: str = ""
    without: str = ""
    system: str = ""
    role: str = "role"
    content: str = "content"

    def missing(self, columns: Collection[str]) -> tuple[str, ...]:
        """The columns it needs that are not there."""
        return tuple(name for name in self.needs.values() if name not in columns)

    def column(self, part: str) -> str | None:
        """The column of a part, None where the form has no such part."""
        return self.needs.get(part) or self.may.get(part)


@cache
def forms() -> Mapping[str, Form]:
    """All forms by name."""
    rows = {name: row for name, row in toml("axolotl/dataset_forms").items() if isinstance(row, dict)}
    return {name: Form(name, **{**row, "also": tuple(row.get("also", ()))}) for name, row in rows.items()}


def form_of(dataset: Mapping[str, object]) -> Form | None:
    """The form that an entry of `datasets` names, with its own columns; None where it is not one that is known.

    A type that is a mapping is `user_defined` (axolotl 0.19.0 prompt_strategies/user_defined.py).
    """
    named = dataset.get("type")
    if isinstance(named, dict):
        own = {str(key): value for key, value in named.items() if value is not None}
        form = _with_fields(forms()["user_defined"], own)
        return replace(
            form,
            prompt=str(own.get("format", form.prompt)),
            without=str(own.get("no_input_format", form.without)),
            system=str(own.get("system_format", form.system)),
        )
    found = next((one for one in forms().values() if named == one.name or named in one.also), None)
    if found is None or found.name == "user_defined":
        return None
    mapped = dataset.get("message_property_mappings")
    mapped = mapped if isinstance(mapped, dict) else {}
    return replace(
        _with_fields(found, dataset),
        role=str(mapped.get("role") or dataset.get("message_field_role") or "role"),
        content=str(mapped.get("content") or dataset.get("message_field_content") or "content"),
    )


def _with_fields(form: Form, settings: Mapping[str, object]) -> Form:
    """The form with the columns that the settings name."""
    own = {part: str(settings[key]) for part, key in form.fields.items() if settings.get(key)}
    needs = {part: own.get(part, name) for part, name in form.needs.items()}
    return replace(form, needs=needs, may={part: own.get(part, name) for part, name in form.may.items()})


def nearest_form(columns: Collection[str]) -> Form | None:
    """The form whose columns are all there: the one that reads most of them; None where none is."""
    fitting = [form for form in forms().values() if form.name != "user_defined" and not form.missing(columns)]
    reads = [(len(form.needs), sum(name in columns for name in form.may.values())) for form in fitting]
    return max(zip(reads, fitting, strict=True), key=lambda pair: pair[0])[1] if fitting else None
