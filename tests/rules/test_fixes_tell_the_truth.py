"""Any fix, a safe one or not, settles what it is of, and brings on nothing that stops the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.rules.examples import examples
from wizard.domain.finding import Finding
from wizard.domain.machine import Machine
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.review import acceptance, errors, review
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

WRITTEN: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "scripts" / "runs" / "crashes.yml").read_text(encoding="utf-8")
)
BASE, SLIPS = WRITTEN["base"], {**WRITTEN["cases"], **WRITTEN["newest"]}
GPU = "h100-80gb"


def broken(plan: Plan, machine: Machine) -> Iterator[str]:
    """What is still told after a fix, or stops the run then alone."""
    row = find(str(plan.get("base_model", "")))
    model = built(row.id) if row else None
    runs = acceptance(plan, model, machine)
    for one in review(plan, model, machine).findings:
        if one.fix is None or one.on_memory or one.fix.decide:
            continue
        fixed = plan.changed(one.fix.changes)
        if "base_model" in one.fix.changes:
            continue  # another model, whose rules are its own
        after = review(fixed, model, machine).findings
        if any(_same(one, other) for other in after):
            yield f"{one.code} {one.fix.says}: still told"
        if not runs(fixed):
            yield f"{one.code} {one.fix.says}: then {sorted(errors(after))}"


def _same(one: Finding, other: Finding) -> bool:
    return (one.code, one.fields, one.message) == (other.code, other.fields, other.message)


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)
def test_of_the_examples(rule: Rule) -> None:
    found: list[str] = []
    for example in examples(rule):
        if example.bad and example.readable:
            plan = Plan({**BASE, **example.plan.values})
            found += broken(plan, example.machine if example.machine.gpus else named_machine(GPU))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", SLIPS)
def test_of_the_slips_that_runs_died_of(name: str) -> None:
    changes = {key: REMOVE if value is None else value for key, value in SLIPS[name].items()}
    found = list(broken(Plan(BASE).changed(changes), named_machine(GPU)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("MW802", {"cut_cross_entropy_c_grad_chunk_size": 4}),
        ("MW331", {"base_model": "tiiuae/Falcon-H1-0.5B-Base", "adapter": "lora", "lora_r": 8, "lora_alpha": 8}),
        ("MW432", {"base_model": "HuggingFaceTB/SmolLM2-135M", "sequence_len": 16384, "min_sample_len": 9000}),
        ("MW105", {"bf16": False, "flash_optimum": True}),
        ("MW750", {"val_set_size": 0.1, "evals_per_epoch": 1, "do_bench_eval": True}),
    ],
)
def test_beside_what_the_first_choice_does_not_go_with(code: str, written: dict[str, object]) -> None:
    plan = Plan({**BASE, **written})
    row = find(str(plan.get("base_model")))
    assert row is not None
    told = [one.code for one in review(plan, built(row.id), named_machine(GPU)).findings]
    assert code in told
    assert not list(broken(plan, named_machine(GPU)))
