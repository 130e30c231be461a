"""The JSON of `memwizard fit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from wizard.domain.estimate import Estimate, Fit
from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE
from wizard.fit.answer import FitAnswer
from wizard.fit.search import Found, Prefer
from wizard.output.json.shape import BytesOut, LineShape, Shape, bytes_out
from wizard.rules.registry import Change


class NeedOut(Shape):
    """What a plan needs."""

    fit: Fit
    device_bytes: BytesOut


class FoundOut(NeedOut):
    """A choice that fits; null in `changes` takes a key out."""

    says: str
    gives_up: list[str]
    changes: dict[str, Any]


class RungOut(NeedOut):
    """A single change of the plan as it stands. `bytes`: what it adds, below zero what it saves."""

    says: str
    bytes: int
    gives_up: str | None
    gains: str | None
    safety: Literal["safe", "unsafe"]
    changes: dict[str, Any]


class InsteadOut(FoundOut):
    """Something else that would fit: `gpu` as `--gpu` takes it, or another `model`."""

    gpu: str | None
    model: str | None


class PaceOut(Shape):
    """Tokens a second on all GPUs, roughly."""

    low: float
    high: float


class FitOut(LineShape):
    """`memwizard fit --json`. `now`: the config as it stands, null without one.

    `refused`: the codes of the rules for which Axolotl refuses the config as it stands. `tokens_per_second`: of `best`
    or `shorter`, null where it can't be told.
    """

    config: str | None
    model: str
    gpu: str | None
    free_bytes: int | None
    prefer: Prefer
    length: int
    now: NeedOut | None
    refused: list[str]
    best: FoundOut | None
    shorter: FoundOut | None
    tokens_per_second: PaceOut | None
    ladder: list[RungOut]
    instead: list[InsteadOut]


def fit_out(config: str | None, answer: FitAnswer, errors: Sequence[Finding] = ()) -> FitOut:
    """An answer as JSON."""
    machine, free = answer.machine, answer.free
    rungs = [_rung(one, free, saving=True) for one in answer.saves]
    rungs += [_rung(one, free, saving=False) for one in answer.gains]
    speed = answer.throughput
    return FitOut(
        config=config,
        model=answer.model.id,
        gpu=machine.title if machine is not None and machine.gpus else None,
        free_bytes=free,
        prefer=answer.want.prefer,
        length=answer.want.length,
        now=NeedOut(**_need(answer.now, free)) if config is not None else None,
        refused=[one.code for one in errors],
        best=_found(answer.found),
        shorter=_found(answer.short),
        tokens_per_second=PaceOut(low=speed.low, high=speed.high) if speed else None,
        ladder=rungs if config is not None else [],
        instead=[InsteadOut(**_of(one.found), gpu=one.gpu, model=one.model) for one in answer.instead],
    )


def _need(estimate: Estimate, free: int | None) -> dict[str, Any]:
    return {"fit": estimate.fit(free), "device_bytes": bytes_out(estimate.device)}


def _plain(changes: dict[str, object]) -> dict[str, Any]:
    return {name: None if value is REMOVE else value for name, value in changes.items()}


def _of(found: Found) -> dict[str, Any]:
    """It is found because it fits, on a machine that may be another one."""
    says = {"says": found.choice.says, "gives_up": list(found.choice.gives_up), "changes": _plain(found.changes)}
    return {**_need(found.estimate, None), "fit": "fits", **says}


def _found(found: Found | None) -> FoundOut | None:
    return found_out(found) if found is not None else None


def found_out(found: Found) -> FoundOut:
    """A choice that fits as JSON."""
    return FoundOut(**_of(found))


def _rung(change: Change, free: int | None, *, saving: bool) -> RungOut:
    return RungOut(
        **_need(change.estimate, free),
        says=change.says,
        bytes=-change.saves_bytes,
        gives_up=change.gives_up if saving else None,
        gains=None if saving else change.gives_up,
        safety=change.safety,
        changes=_plain(change.changes),
    )
