"""The map: what fits, for models or methods against lengths or GPUs, with the largest micro batch of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.axolotl import base
from wizard.domain.estimate import Estimate, Fit
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.adapt import adapt
from wizard.fit.division import sharding_fields
from wizard.fit.field_changes import micro_changes
from wizard.fit.method import method_changes, method_of
from wizard.fit.search_space import own_sharding
from wizard.knowledge.prices import Price, price_of
from wizard.memory import estimate

MOST = 512
"""Rows on a GPU that are looked for, at most."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One plan of the map at micro batch 1. `micro`: the most rows on a GPU that fit, 0 where one does not.

    `price`: of the machine, None where it is not known. `experts_lost`: what the base's experts are stored by, where no
    setting makes them train; "" elsewhere.
    """

    model: str
    method: str
    length: int
    gpu: str
    fit: Fit
    needs: int
    micro: int
    price: Price | None = None
    experts_lost: str = ""


def cell(plan: Plan, model: Model, machine: Machine, method: str, length: int) -> Cell:
    """What one combination needs. A length beyond the model's own is `unknown`: it would be another model.

    So is a base that trains with no settings: it would be another base.
    """
    name = machine.name or machine.title
    if model.max_length is not None and length > model.max_length:
        return Cell(model.id, method, length, name, "unknown", 0, 0, price_of(machine))
    lost = base.experts_packed_by(plan, model)
    if lost:
        return Cell(model.id, method, length, name, "unknown", 0, 0, price_of(machine), lost)
    free = machine.free_bytes
    one, need = divided(single(plan, model, machine, method, length), model, machine)
    fit = need.fit(free)
    micro = most_rows(one, model, machine, need) if fit == "fits" else 0
    return Cell(model.id, method, length, name, fit, need.device.likely, micro, price_of(machine))


def divided(one: Plan, model: Model, machine: Machine) -> tuple[Plan, Estimate]:
    """On several GPUs the first sharding with which it fits: DDP, ZeRO 1, FSDP2, ZeRO 3; the last where none does."""
    need = estimate(one, model, machine)
    divides = any(one.get(name) for name in ("deepspeed", "fsdp", "fsdp_config"))
    if machine.count == 1 or divides or own_sharding(one):
        return one, need
    checkpoints = bool(one.get("gradient_checkpointing"))
    for name in ("zero1", "fsdp2", "zero3"):
        if need.fit(machine.free_bytes) == "fits":
            break
        if name != "fsdp2" or model.layer_class is not None:
            one = one.changed(sharding_fields(name, one, model, checkpoints=checkpoints))
            need = estimate(one, model, machine)
    return one, need


def single(plan: Plan, model: Model, machine: Machine, method: str, length: int) -> Plan:
    """The plan of a cell with one row on a GPU."""
    changes = {} if method_of(plan) == method else method_changes(method, plan, model)
    changes |= {"base_model": model.id, "sequence_len": length, **micro_changes(plan, 1)}
    return adapt(plan.changed(changes), model, machine)


def most_rows(one: Plan, model: Model, machine: Machine, first: Estimate) -> int:
    """The largest micro batch whose high estimate is below what is free; `first`: the estimate of one row, which is.

    Memory grows with the rows, nearly in proportion: two estimates tell where to look, and the neighbours are tried.
    """
    free = machine.free_bytes
    assert free is not None

    def high(rows: int) -> int:
        return estimate(one.changed(micro_changes(one, rows)), model, machine).device.high

    low, over = 1, MOST + 1
    need, at = first.device.high, 1
    slope = float(max(1, high(2) - need))
    while over - low > 1:
        guess = int(at + (free - need) / slope)
        rows = min(max(guess, low + 1), over - 1)
        need, at = high(rows), rows
        if need < free:
            low = rows
        else:
            over = rows
        slope = max(1.0, (need - first.device.high) / max(1, rows - 1))
    return low


def survey(
    plan: Plan, models: Sequence[Model], machines: Sequence[Machine], methods: Sequence[str], lengths: Sequence[int]
) -> list[Cell]:
    """Every combination, models outermost, then GPUs, methods, lengths."""
    return [
        cell(plan, model, machine, method, length)
        for model in models
        for machine in machines
        for method in methods
        for length in lengths
    ]
