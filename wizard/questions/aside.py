"""What another kind of training took away, so that going back brings it again."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl.kinds import kind_of
from wizard.domain.plan import REMOVE, Plan

Aside = Mapping[str, Mapping[str, tuple[object, object]]]
"""For each kind that was left: its fields, each with the value it had and the one that was put in its place."""


def left(aside: Aside, before: Plan, after: Plan) -> Aside:
    """What is laid aside after a change; as it was where the kind is the same."""
    was, now = kind_of(before), kind_of(after)
    if was == now:
        return aside
    moved = {name: (_value(before, name), _value(after, name)) for name in {*before, *after}}
    moved = {name: (old, new) for name, (old, new) in moved.items() if old != new}
    found = {kind: dict(aside.get(kind, {})) for kind in sorted({*aside, was} - {now})}
    for fields in found.values():
        for name, (old, new) in moved.items():
            known = fields.get(name, (old, old))
            if known[1] == old:  # else the person has changed it since
                fields[name] = (known[0], new)
    return found


def brought_back(aside: Aside, kind: str, plan: Plan) -> dict[str, object]:
    """The fields of a kind as they were when it was left, but for those that were changed since by the person."""
    return {name: old for name, (old, new) in aside.get(kind, {}).items() if _value(plan, name) == new}


def _value(plan: Plan, name: str) -> object:
    return plan.values[name] if name in plan else REMOVE
