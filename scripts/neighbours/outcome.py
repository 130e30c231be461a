"""What a rule says of an example with one setting changed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.rules.examples import Example
from wizard.axolotl.effective import Effective, effective
from wizard.domain.estimate import Estimate
from wizard.domain.finding import Finding, Later
from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.templates import unfilled
from wizard.domain.version import parse_version
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.review import acceptance, estimated, review
from wizard.rules.registry import Change, Rule, Subject

MACHINE, AXOLOTL = "(machine)", "(axolotl)"
"""As keys: what is not in the file."""
SILENT = "silent"
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Case(Subject):
    """A plan on a machine, as a rule looks at it: what it does not ask for is not computed."""

    def __init__(self, plan: Plan, machine: Machine | None, heads: Mapping[str, Head]) -> None:
        self.__dict__.update(plan=plan, machine=machine, heads=heads, unfilled={})

    @cached_property
    def model(self) -> Model | None:
        """Of the catalogue."""
        row = find(str(self.plan.get("base_model", "")))
        return built(row.id) if row else None

    @cached_property
    def effective(self) -> Effective:
        """As in Subject."""
        return effective(self.plan, self.model, self.machine)

    @cached_property
    def estimate(self) -> Estimate | None:
        """As in Subject."""
        return estimated(self.plan, self.model, self.machine).estimate

    def ladder(self) -> tuple[Change, ...]:
        """As in Subject."""
        return estimated(self.plan, self.model, self.machine).changes()

    def runs(self, changes: Mapping[str, object]) -> bool:
        """As in Subject."""
        return acceptance(self.plan, self.model, self.machine)(self.plan.changed(changes))

    def asked(self, rule: Rule) -> list[Finding]:
        """What the rule says of it."""
        if unfilled(self.plan.values):
            every = review(self.plan, self.model, self.machine, self.heads).findings
            return [one for one in every if one.code == rule.code]
        return list(rule.check(self))


def case(example: Example, folder: Path) -> Case:
    """An example as it is."""
    return Case(example.plan, example.machine, example.heads(folder))


def changed(base: Case, key: str, value: object) -> Case:
    """The same with one setting changed: a key by its path, or what the plan is for."""
    plan, machine = base.plan, base.machine
    if key == MACHINE:
        machine = None if value is REMOVE else named_machine(str(value))
    elif key == AXOLOTL:
        plan = plan.for_axolotl(parse_version(str(value)))
    else:
        plan = plan.changed(change(plan.values, key, value))
    return Case(plan, machine, base.heads)


def steps(path: str) -> list[str | int]:
    """`datasets[0].type`: "datasets", 0, "type"."""
    return [int(number) if number else name for name, number in _STEP.findall(path)]


def change(values: Mapping[str, object], path: str, value: object) -> dict[str, object]:
    """The top-level key with its new value; a block on the way that is not there is made."""
    if path in values:
        return {path: value}
    top, *inner = steps(path)
    if not inner:
        return {str(top): value}
    whole: Any = deepcopy(values.get(str(top)))
    if whole is None:
        whole = {}
    at = whole
    for step in inner[:-1]:
        at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
    if value is REMOVE:
        at.pop(inner[-1], None) if isinstance(at, dict) else at.pop(inner[-1])
    else:
        at[inner[-1]] = value
    return {str(top): whole}


def outcome(rule: Rule, of: Case) -> str:
    """`silent`, or of each finding its severity, its fields and a digest of all else that it says."""
    said = [_said(one) for one in of.asked(rule)]
    if len(said) > 2:
        return f"{said[0]} + {len(said) - 1} more {_digest(said)}"
    return " + ".join(said) or SILENT


def _said(one: Finding) -> str:
    return f"{one.severity} {','.join(one.fields)} {_digest([one.crashes, one.quoted, one.message, *_offer(one)])}"


def _offer(one: Finding) -> list[object]:
    if isinstance(one.offer, Later):
        return ["looked for"]  # that takes longer than all else
    fix = one.offer
    if fix is None:
        return []
    changes = {key: "(out)" if value is REMOVE else value for key, value in fix.changes.items()}
    return [changes, fix.safety, fix.says, fix.decide, fix.guess]


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:6]
