"""The JSON of `memwizard history`."""

from __future__ import annotations

from wizard.domain.receipt import Receipt, as_row
from wizard.output.json.shape import RowShape, Shape


class PhaseOut(Shape):
    """A phase of a run: seconds in all, and the most that was held of the fullest GPU and of host memory."""

    name: str
    seconds: float
    gpu_bytes: int | None
    host_bytes: int | None


class HistoryOut(RowShape):
    """One receipt. `forecast_bytes`: of `allocated_bytes`, low, likely, high. `exit_code` is null where it was watched.

    `cause`: what it died of, as `doctor` names it.

    An exported row has the month alone under `begun`, and `local` for a model that is no id of the hub.
    """

    begun: str
    digest: str
    memwizard: str
    axolotl: str
    torch: str | None
    machine: str
    method: str
    loss: str
    model: str
    forecast_bytes: list[int] | None
    allocated_bytes: int | None
    phases: list[PhaseOut]
    steps: int | None
    exit_code: int | None
    cause: str | None


def history_out(one: Receipt) -> HistoryOut:
    """A receipt as JSON."""
    return HistoryOut.model_validate(as_row(one))
