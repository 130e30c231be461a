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
    """The plan with less accumulation, where the data make few steps: halved until there are enough, or it is 1.

    As it is where nothing is known, or less would make no more steps, as of rows that are packed into few.
    """

    def steps_of(one: Plan) -> int | None:
        steps = review_data(one, datasets, machine, "", exact_tokenizer=False).steps
        return round(steps.likely) if steps is not None else None

    best, most, now = plan, steps_of(plan), plan
    while most is not None and most < FEW and batch.accumulation(now) > 1:
        now = now.changed({"gradient_accumulation_steps": batch.accumulation(now) // 2})
        makes = steps_of(now)
        if makes is None:
            break
        if makes > most:
            best, most = now, makes
    return best
