"""Plans that differ in lengths and batches alone: a search asks for many, and Axolotl makes the same of all else."""

from __future__ import annotations

from typing import TypeAlias

from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan

SIZES = frozenset({"sequence_len", "micro_batch_size", "gradient_accumulation_steps", "eval_batch_size"})
_SCALARS = frozenset({str, int, float, bool, type(None)})

Key: TypeAlias = tuple[object, ...]


def key(plan: Plan, model: Model | None, machine: Machine | None) -> Key:
    """The same for plans of one model and machine with the same objects under every key but SIZES, and the
    same files.

    Whoever keeps it must keep what `pinned` names, too, so that no other object takes the place of one of these in
    memory. What can be changed where it lies is told by its text.
    """
    told = [
        id(value) if type(value) in _SCALARS else repr(value)
        for name, value in plan.values.items()
        if name not in SIZES
    ]
    return (*plan.values, *told, plan.axolotl, id(plan.files), id(model), id(machine))


def pinned(plan: Plan, model: Model | None, machine: Machine | None) -> tuple[object, ...]:
    """The objects that a key names by their place. Neither the plan nor its source, which may be a file's tree."""
    scalars = (one for name, one in plan.values.items() if name not in SIZES and type(one) in _SCALARS)
    return (*scalars, plan.files, model, machine)


def length(*parts: tuple[object, ...]) -> int:
    """Characters of all texts in a key and in what is pinned for it."""
    return sum(len(one) for part in parts for one in part if isinstance(one, str))
