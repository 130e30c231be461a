"""What a run needed: its settings, versions and phases with their peaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENDED_BY_SOMEBODY = (129, 130, 143)
"""Exit codes of a run that somebody ended by SIGHUP, SIGINT or SIGTERM: it did not die of anything."""


@dataclass(frozen=True, slots=True)
class PhasePeak:
    """One phase of a run: how long it took in all, and the most that was held in it, in bytes; None: not known.

    `gpu`: of the fullest GPU, with what PyTorch keeps for later; `host`: of all processes together.
    """

    name: str
    seconds: float
    gpu: int | None
    host: int | None


@dataclass(frozen=True, slots=True)
class Like:
    """What has to be the same for one run to say something of another's memory."""

    axolotl: str
    torch: str | None
    machine: str
    method: str
    loss: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One run. `begun`: UTC, as `2026-11-29T10:14:03Z`. `digest`: of its settings; those themselves are not kept.

    `forecast`: of `allocated`, low, likely, high, in bytes; `allocated`: what PyTorch had at the most, as Axolotl
    logged it. `code`: how it ended; of a run that was only watched None. `cause`: what it died of, as the doctor names
    it. None: not known.
    """

    begun: str
    digest: str
    memwizard: str
    like: Like
    model: str
    forecast: tuple[int, int, int] | None
    allocated: int | None
    phases: tuple[PhasePeak, ...]
    steps: int | None
    code: int | None
    cause: str | None = None

    @property
    def gpu(self) -> int | None:
        """The most that was held of a GPU in any phase."""
        return max((one.gpu for one in self.phases if one.gpu is not None), default=None)

    @property
    def host(self) -> int | None:
        """The most host memory that was held in any phase."""
        return max((one.host for one in self.phases if one.host is not None), default=None)


def as_row(one: Receipt) -> dict[str, object]:
    """A receipt as plain data."""
    return {
        "begun": one.begun,
        "digest": one.digest,
        "memwizard": one.memwizard,
        "axolotl": one.like.axolotl,
        "torch": one.like.torch,
        "machine": one.like.machine,
        "method": one.like.method,
        "loss": one.like.loss,
        "model": one.model,
        "forecast_bytes": list(one.forecast) if one.forecast is not None else None,
        "allocated_bytes": one.allocated,
        "phases": [
            {"name": each.name, "seconds": round(each.seconds, 1), "gpu_bytes": each.gpu, "host_bytes": each.host}
            for each in one.phases
        ],
        "steps": one.steps,
        "exit_code": one.code,
        "cause": one.cause,
    }


_TEXT, _MOST, _PHASES = 200, 2**50, 32


def of_row(row: object) -> Receipt | None:
    """A receipt out of plain data that anybody may have written; None where it is none."""
    if not isinstance(row, Mapping):
        return None
    words = [_text(row.get(name)) for name in ("begun", "digest", "memwizard", "axolotl", "machine", "method", "loss")]
    phases = row.get("phases")
    if None in words or not isinstance(phases, list) or len(phases) > _PHASES:
        return None
    code, model, torch = row.get("exit_code"), _text(row.get("model")), _text(row.get("torch"))
    found = [_phase(one) for one in phases]
    if None in found or model is None or isinstance(code, bool):
        return None
    if code is not None and (not isinstance(code, int) or abs(code) > 255):
        return None
    begun, digest, memwizard, axolotl, machine, method, loss = (one or "" for one in words)
    return Receipt(
        begun,
        digest,
        memwizard,
        Like(axolotl, torch, machine, method, loss),
        model,
        _forecast(row.get("forecast_bytes")),
        _bytes(row.get("allocated_bytes")),
        tuple(one for one in found if one is not None),
        _bytes(row.get("steps")),
        code,
        _text(row.get("cause")),
    )


def _phase(row: object) -> PhasePeak | None:
    if not isinstance(row, Mapping):
        return None
    name, seconds = _text(row.get("name")), row.get("seconds")
    if name is None or isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < 2**31:
        return None
    return PhasePeak(name, float(seconds), _bytes(row.get("gpu_bytes")), _bytes(row.get("host_bytes")))


def _forecast(value: object) -> tuple[int, int, int] | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    low, likely, high = (_bytes(one) for one in value)
    if low is None or likely is None or high is None or not 0 < low <= likely <= high:
        return None
    return low, likely, high


def _bytes(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        return None
    return value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _TEXT else None
