"""Data that make few steps: a run that is over before the learning rate is up."""

from __future__ import annotations

from wizard.axolotl import batch
from wizard.data.review import DataReview, Dataset, review_data
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan

FEW = 10
"""Steps in all: with fewer, a warm-up and a falling rate leave next to none at the rate that was asked for."""


def are_few(review: DataReview) -> bool:
    """Whether a whole run makes fewer than FEW steps, however rows are counted, unless `max_steps` asks for it."""
    return review.steps is not None and review.steps.high < FEW and not review.max_steps


def with_more_steps(plan: Plan, datasets: tuple[Dataset, ...], machine: Machine | None) -> Plan:
    """The plan with less accumulation, where the data make few steps: halved until there are enough, or it is 1."""
    while batch.accumulation(plan) > 1:
        steps = review_data(plan, datasets, machine, "", exact_tokenizer=False).steps
        if steps is None or steps.likely >= FEW:
            return plan
        plan = plan.changed({"gradient_accumulation_steps": batch.accumulation(plan) // 2})
    return plan
