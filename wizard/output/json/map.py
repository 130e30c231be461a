"""The JSON of `memwizard fit --map`."""

from __future__ import annotations

from typing import Literal

from wizard.domain.estimate import Fit
from wizard.fit.map import Cell
from wizard.output.json.shape import LineShape


class CellOut(LineShape):
    """One line of `memwizard fit --map --json`. `micro_batch_size`: the most rows that fit, 0 where one does not.

    `experts_lost`: what the base's experts are stored by, where no setting makes it train; else null.
    """

    model: str
    method: Literal["full", "lora", "lora8", "qlora"]
    length: int
    gpu: str
    fit: Fit
    device_bytes: int | None
    micro_batch_size: int
    hour_usd: float | None
    spot_hour_usd: float | None
    experts_lost: str | None


def cell_out(cell: Cell) -> CellOut:
    """A cell of the map as JSON."""
    return CellOut(
        model=cell.model,
        method=cell.method,  # type: ignore[arg-type]
        length=cell.length,
        gpu=cell.gpu,
        fit=cell.fit,
        device_bytes=cell.needs or None,
        micro_batch_size=cell.micro,
        hour_usd=cell.price.hour if cell.price else None,
        spot_hour_usd=cell.price.spot if cell.price else None,
        experts_lost=cell.experts_lost or None,
    )
