"""Plans that differ in lengths and batches alone: a search asks for many, and Axolotl makes the same of all else."""

from __future__ import annotations

from typing import TypeAlias

from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan

SIZES = ("sequence_len", "micro_batch_size", "gradient_accumulation_steps", "eval_batch_size")
_SCALARS = frozenset({str, int, float, bool, type(None)})

Key: TypeAlias = tuple[object, ...]


def key(plan: Plan, model: Model | None, machine: Machine | None) -> Key:
    """The same for plans of one model and machine with the same objects under every key but SIZES, and the
    same files.

    Whoever keeps it must keep all three, too, so that no other object takes the place of one of theirs in memory.
    What can be changed where it lies is told by its text.
    """
    rest = dict(plan.values)
    for name in SIZES:
        rest.pop(name, None)
    told = [id(value) if type(value) in _SCALARS else repr(value) for value in rest.values()]
    return (*rest, *told, plan.axolotl, id(plan.files), id(model), id(machine))
