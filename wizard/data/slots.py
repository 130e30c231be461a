"""How many tokens a GPU works through in an epoch, padding counted."""

from __future__ import annotations

from wizard.data.review import DataReview
from wizard.domain.lengths import Spread


def epoch_tokens(review: DataReview) -> Spread | None:
    """Tokens of an epoch on all GPUs together; None where a dataset is not known.

    Packed and padded rows are `sequence_len` long; others as long as they are, what they are padded to left out.
    """
    schedule, steps = review.schedule, review.steps_per_epoch
    if steps is None or review.kept is None:
        return None
    if schedule.packing or schedule.pads:
        each = schedule.batch * schedule.sequence_len
        return Spread(steps.low * each, steps.likely * each, steps.high * each)
    measured = [one.measured for one in review.datasets if one.measured is not None]
    low, likely, high = (sum(getattr(one, name).tokens for one in measured) for name in ("low", "likely", "high"))
    return Spread(low, likely, high)


def run_tokens(review: DataReview) -> Spread | None:
    """Tokens of the whole run: all its epochs, or as far as `max_steps` lets it come."""
    once, steps, whole = epoch_tokens(review), review.steps_per_epoch, review.steps
    if once is None or steps is None or whole is None:
        return None

    def passes(each: float, all_steps: float) -> float:
        reached = min(all_steps, review.max_steps) if review.max_steps else all_steps
        return reached / each if each else 0.0

    return Spread(
        once.low * passes(steps.low, whole.low),
        once.likely * passes(steps.likely, whole.likely),
        once.high * passes(steps.high, whole.high),
    )
