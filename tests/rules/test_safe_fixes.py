"""A safe fix costs nothing: no memory, no padding, and no error comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from tests.conformance.compare import machine_of
from tests.conformance.generate import cases
from tests.picked import picked
from tests.rules.examples import examples
from wizard.axolotl.effective import Effective
from wizard.domain.epoch import Schedule, full_waste, longest_waste, packing_waste
from wizard.domain.finding import Finding
from wizard.domain.lengths import Lengths
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.review import Review, acceptance, review
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

PLANS = 300
ROWS = tuple(20 + (7919 * number) % 480 for number in range(200))
"""Lengths of rows, all below the least `sequence_len` that is asked for."""
STOPS = {"MW543", "MW544"}
"""Warnings of runs that likely stop, as those that errors are about do: what their kernels would save is never had."""
BY_CODE = pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)


def computed(settings: Effective) -> float:
    """Tokens that are computed in an epoch, padding and all."""
    kept = Lengths(ROWS, len(ROWS))
    schedule = Schedule(
        sequence_len=settings.sequence_len,
        micro_batch=settings.micro_batch,
        accumulation=settings.accumulation,
        gpus=settings.sharding.data,
        packing=settings.packing,
    )
    share = packing_waste if settings.packing else full_waste if settings.pads else longest_waste
    return sum(ROWS) / (1 - share(kept, schedule))


def faults(before: Review, finding: Finding) -> Iterator[str]:
    """What a safe fix raises."""
    assert finding.fix is not None
    after = review(before.plan.changed(finding.fix.changes), before.model, before.machine)
    told = f"{finding.code} {finding.fix.says}"
    runs = finding.severity != "error" and finding.code not in STOPS
    if runs and before.estimate is not None and after.estimate is not None:
        more = after.estimate.device.likely - before.estimate.device.likely
        if more > 0:
            yield f"{told}: {more / 2**20:.0f} MiB more"
    if before.effective.sequence_len >= max(ROWS) and computed(after.effective) > 1.01 * computed(before.effective):
        yield f"{told}: {computed(before.effective):.0f} tokens become {computed(after.effective):.0f}"
    if not acceptance(before.plan, before.model, before.machine)(after.plan):
        yield f"{told}: then {sorted({one.code for one in after.findings if one.severity == 'error'})}"


def judged(plan: Plan, machine: Machine) -> Iterator[tuple[Review, Finding]]:
    """The safe fixes of a plan, each with the review that it stands in; a model that is known, whatever is written."""
    row = find(str(plan.get("base_model", "")))
    before = review(plan, built(row.id if row else "Qwen/Qwen3-0.6B"), machine)
    yield from ((before, one) for one in before.findings if one.fix and one.fix.safety == "safe")


@BY_CODE
def test_safe_fixes_of_the_examples(rule: Rule) -> None:
    found = []
    for example in examples(rule):
        if example.bad and example.readable:
            machine = example.machine if example.machine.gpus else named_machine("rtx-4090")
            found += [text for before, one in judged(example.plan, machine) for text in faults(before, one)]
    assert not found, "\n".join(found)


def test_safe_fixes_of_generated_plans() -> None:
    found = []
    for case in picked(islice(cases(PLANS + 700, seed=7), 700, None), 3):
        plan = Plan(case.config)
        safe = judged(plan, machine_of(case.machine))
        found += [f"{text} [{case.origin}]" for before, one in safe for text in faults(before, one)]
    assert not found, "\n".join(found)
