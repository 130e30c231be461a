"""What is made of a plan by one that differs in lengths and batches alone is what is made of it alone."""

from __future__ import annotations

from random import Random

import pytest

from scripts.ledgers.case import Case, chapters
from wizard.axolotl import effective as of_effective
from wizard.axolotl.alike import SIZES, key
from wizard.axolotl.effective import effective
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.gpus import named_machine

CASES = [case for cases in chapters().values() for case in cases]
ANY: tuple[object, ...] = (1, 2, 3, 7, 64, "16", 2048, 70_000, True, None, "x", -1, 0.5, REMOVE)


@pytest.mark.parametrize("part", range(8))
def test_other_sizes_are_as_if_no_plan_had_come_before(part: int) -> None:
    dice = Random(part)
    for case in CASES[part::8]:
        machine = named_machine(case.gpus) if case.gpus else None
        effective(case.plan, case.model, machine)
        other = case.plan.changed({name: dice.choice(ANY) for name in SIZES if dice.random() < 0.7})
        assert effective(other, case.model, machine) == of_effective._resolved(other, case.model, machine), case.id


def test_the_second_of_its_kind_is_found() -> None:
    case: Case = CASES[0]
    effective(case.plan, case.model, None)
    assert key(case.plan.changed({"sequence_len": 96}), case.model, None) in of_effective._known


def test_neither_a_plan_nor_a_long_one_is_kept() -> None:
    plan = Plan({"adapter": "lora", "note": "kept?"}, source="x" * 1000)
    effective(plan, None, None)
    _, held = of_effective._known[key(plan, None, None)]
    assert plan not in held
    assert plan.source not in held
    for values in ({"lora_target_modules": ["a" * 9] * 9000}, {"note": "a" * 30_000}):
        effective(Plan(values), None, None)
        assert key(Plan(values), None, None) not in of_effective._known


def test_what_is_changed_where_it_lies_is_read_anew() -> None:
    values: dict[str, object] = {"adapter": "lora", "lora_r": 8, "lora_target_modules": ["q_proj"]}
    plan = Plan(values)
    before = effective(plan, None, None)
    targets = values["lora_target_modules"]
    assert isinstance(targets, list)
    targets.append("k_proj")
    assert effective(plan, None, None).lora != before.lora


def test_what_is_equal_and_not_the_same_is_told_apart() -> None:
    """In Python 1 is True, and a text is as long as its number."""
    written: tuple[dict[str, object], ...] = (
        {"bf16": True},
        {"bf16": 1},
        {"bf16": "1"},
        {"bf16": 1.0},
        {"bf16": None},
        {},
    )
    assert len({key(Plan(values), None, None) for values in written}) == len(written)
