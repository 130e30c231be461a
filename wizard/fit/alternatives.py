"""What would make a model trainable that no settings make fit: other GPUs, or a smaller model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from wizard.axolotl.template_choice import for_model
from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan, changes
from wizard.fit.adapt import adapt
from wizard.fit.search import Found, Wanted, best, ordered
from wizard.fit.search_space import fields
from wizard.knowledge.gpus import gpus, named_machine, typed_size
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.memory import estimate

_COUNTS = (2, 4, 8)
Allowed = Callable[[Plan, Model, Machine | None], Callable[[Plan], bool]]
"""For a plan, a model and a machine: whether Axolotl takes another plan as well as this one."""


def everything(plan: Plan, model: Model, machine: Machine | None) -> Callable[[Plan], bool]:
    """All is taken."""
    return lambda other: True


@dataclass(frozen=True, slots=True)
class Instead:
    """Something else that fits. `kind`: in words. `gpu`: as a person names one; `model`: an id of the catalogue."""

    kind: str
    says: str
    found: Found
    gpu: str | None = None
    model: str | None = None


def instead(
    plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Allowed = everything
) -> tuple[Instead, ...]:
    """More of the same GPU, the smallest other GPU, the largest smaller model: what there is of the three.

    The changes of each are against `plan`, with what model and machine ask for.
    """
    found = (
        _more(plan, model, machine, want, allowed),
        _larger(plan, model, machine, want, allowed),
        _smaller(plan, model, machine, want, allowed),
    )
    return tuple(one for one in found if one is not None)


def _more(plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Allowed) -> Instead | None:
    name = machine.gpus[0].catalogue or typed_size(machine.gpus[0]) if machine.gpus else ""
    same = {gpu.name for gpu in machine.gpus}
    if len(same) != 1 or machine.gpus[0].total_bytes is None:
        return None
    for count in _COUNTS:
        if count > machine.count and (gpu := _named(f"{count}x{name}")) is not None:
            found = _best(plan, model, gpu, want, allowed)
            if found:
                return Instead("more GPUs", f"{count} of this GPU", found, gpu=f"{count}x{name}")
    return None


def _larger(plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Allowed) -> Instead | None:
    most = machine.total_bytes or 0
    rows = [row for row in gpus().values() if row.memory_bytes > most and not row.unified and row.vendor == "nvidia"]
    for row in sorted(rows, key=lambda row: row.memory_bytes):
        gpu = _named(row.name)
        found = _best(plan, model, gpu, want, allowed) if gpu is not None and gpu.bf16 else None
        if found:
            return Instead("a larger GPU", row.title, found, gpu=row.name)
    return None


def _smaller(plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Allowed) -> Instead | None:
    """The largest, one of the same family before others."""
    own = next((row.family for row in catalogue().values() if row.id == model.id), None)
    rows = [row for row in catalogue().values() if row.parameters < model.parameters]
    for row in sorted(rows, key=lambda row: (row.family != own, -row.parameters)):
        other = built(row.id)
        if other.max_length is not None and other.max_length < want.length:
            continue
        found = _best(for_model(plan, row.id), other, machine, want, allowed)
        if found:
            return Instead("a smaller model", row.id, found, model=row.id)
    return None


def _named(text: str) -> Machine | None:
    try:
        return named_machine(text)
    except InputError:
        return None


def _best(plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Allowed) -> Found | None:
    """The best, asked for only where what needs least fits."""
    suited, free = adapt(plan, model, machine), machine.free_bytes
    if free is None:
        return None
    least = _least(suited, model, machine, want)
    if not any(estimate(one, model, machine).device.high < free for one in least):
        return None
    found = best(suited, model, machine, want, allowed(suited, model, machine))
    return replace(found, changes=changes(plan, found.plan)) if found is not None else None


def _least(plan: Plan, model: Model, machine: Machine, want: Wanted) -> Iterator[Plan]:
    """For each sharding the plan of the most compromise."""
    last = {choice.sharding.name: choice for choice in ordered(plan, model, machine, want) if choice.micro == 1}
    for choice in last.values():
        yield plan.changed(fields(choice, plan, model))
