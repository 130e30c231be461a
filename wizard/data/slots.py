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
