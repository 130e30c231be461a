"""The JSON of `memwizard models`."""

from __future__ import annotations

from wizard.knowledge.models.catalogue import CatalogueModel, built
from wizard.output.json.shape import RowShape


class CatalogueModelOut(RowShape):
    """One model of the catalogue. `exact`: the count is that of its tensors; `also`: other ids of the same shapes."""

    id: str
    family: str
    parameters: int
    layers: int
    hidden_size: int
    vocab_size: int
    moe: bool
    tied: bool
    exact: bool
    gated: bool
    also: list[str]
    source: str
    date: str


def model_out(row: CatalogueModel) -> CatalogueModelOut:
    """A model of the catalogue as JSON."""
    model = built(row.id)
    return CatalogueModelOut(
        id=row.id,
        family=row.family,
        parameters=row.parameters,
        layers=model.layers,
        hidden_size=model.hidden,
        vocab_size=model.vocab,
        moe=model.moe,
        tied=model.tied,
        exact=model.exact,
        gated=row.gated,
        also=list(row.also),
        source=row.source,
        date=row.date,
    )
