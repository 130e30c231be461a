"""What Axolotl would die of in a file of another trainer's settings, put so that the same is trained."""

from __future__ import annotations

from dataclasses import replace

from wizard.axolotl import batch
from wizard.domain.finding import Fix
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.models.catalogue import built, find
from wizard.migrate.trainer import Imported, KeyMove
from wizard.review import review, stopping

_BATCH = frozenset({"micro_batch_size", "gradient_accumulation_steps", "batch_size", "eval_batch_size"})
_TEMPLATE = frozenset({"chat_template", "eot_tokens"})
"""Where a file names none and its base model has none, there is no other template that would be changed."""
_ROUNDS = 8


def runnable(made: Imported, version: Version) -> Imported:
    """With the fixes that keep what is computed, or rows an update, of what stops a run; each is told.

    The others are for a person, as everything is of a model that is not known.
    """
    plan, moves = Plan(made.values, axolotl=version), [*made.moves]
    row = find(str(plan.get("base_model")))
    if row is None:
        return made
    for _ in range(_ROUNDS):
        stops = stopping(review(plan, built(row.id), None).findings)
        fixes = ((one, one.fix) for one in stops if one.fix is not None)
        found = next(((one, fix) for one, fix in fixes if _trains_the_same(plan, fix)), None)
        if found is None:
            break
        plan = plan.changed(found[1].changes)
        moves.append(KeyMove(next(iter(found[1].changes)), "becomes", f"{found[1].says} ({found[0].message})"))
    return replace(made, values=plan.values, moves=tuple(moves))


def _trains_the_same(plan: Plan, fix: Fix) -> bool:
    if fix.safety == "safe" or fix.changes.keys() <= _TEMPLATE:
        return True
    return fix.changes.keys() <= _BATCH and _rows(plan) == _rows(plan.changed(fix.changes))


def _rows(plan: Plan) -> int:
    return batch.micro_batch_size(plan) * batch.accumulation(plan)
