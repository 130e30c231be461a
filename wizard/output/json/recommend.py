"""The JSON of `memwizard fit` without a config and a model."""

from __future__ import annotations

from typing import Literal

from wizard.domain.machine import Machine
from wizard.fit.recommend import Sought, Suggestion
from wizard.knowledge.models.recommended import Kind
from wizard.output.json.fit import FoundOut, found_out
from wizard.output.json.shape import LineShape


class SuggestionOut(LineShape):
    """One line of `memwizard fit --json` without FILE and `--model`: a model that fits, the recommended ones first.

    `recommended`: whether it is one of those; only then `licence`, `year`, `context`, `why` and `source` are known.
    """

    model: str
    recommended: bool
    kind: Kind
    gpu: str
    length: int
    method: Literal["full", "lora", "qlora"]
    parameters: int
    best: FoundOut
    licence: str | None
    year: int | None
    context: int | None
    why: str | None
    source: str | None


def suggestion_out(one: Suggestion, machine: Machine, wish: Sought) -> SuggestionOut:
    """A suggestion as JSON."""
    row = one.row
    return SuggestionOut(
        model=one.id,
        recommended=row is not None,
        kind=wish.kind,
        gpu=machine.title,
        length=wish.length,
        method=one.method,  # type: ignore[arg-type]
        parameters=one.model.parameters,
        best=found_out(one.found),
        licence=row.licence if row else None,
        year=row.year if row else None,
        context=row.context if row else None,
        why=row.why if row else None,
        source=row.source if row else None,
    )
