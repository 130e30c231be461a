"""How long an epoch takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.common import model_of
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.data.review import DataReview
    from wizard.domain.machine import Machine
    from wizard.domain.plan import Plan


def epoch_hours(
    plan: Plan, review: DataReview, machine: Machine | None, file: str, model: str | None
) -> tuple[float, float] | None:
    """The least and the most hours of an epoch, None where data, model or the GPU's rate is not known."""
    from wizard.axolotl.effective import effective
    from wizard.data.slots import epoch_tokens
    from wizard.fit.throughput import throughput

    tokens = epoch_tokens(review)
    try:
        known, _ = (None, None) if plan.get("base_model") is None and model is None else model_of(plan, model, file)
    except InputError:  # it names a tokenizer alone, or a model that is not here: the rows are counted all the same
        known = None
    speed = throughput(known, effective(plan, known, machine), machine) if known is not None else None
    if tokens is None or speed is None:
        return None
    return speed.seconds(tokens.low)[0] / 3600, speed.seconds(tokens.high)[1] / 3600
