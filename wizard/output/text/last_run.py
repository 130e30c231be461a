"""What became of the last run of a config, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.domain.estimate import Estimate
from wizard.domain.receipt import ENDED_BY_SOMEBODY, Receipt
from wizard.domain.units import gib
from wizard.output.text.doctor import TITLES


def last_run(receipts: Sequence[Receipt], digest: str, model: str, now: Estimate | None) -> str | None:
    """Of the latest run with these settings, or else of this model; None where there is none.

    `receipts`: the oldest first. `now`: what is forecast of these settings.
    """
    same = [one for one in receipts if one.digest == digest and one.model == model]
    found = same or [one for one in receipts if model and one.model == model]
    if not found:
        return None
    one = found[-1]
    of = "with these settings" if same else f"of {one.model}, with other settings"
    likely = now.allocated.likely if same and now is not None else one.forecast[1] if one.forecast is not None else None
    return f"the last run {of} ({one.begun[:10]}) {_ended(one)}{_held(one, likely)}"


def _ended(one: Receipt) -> str:
    at = f" at step {one.steps}" if one.steps else ""
    if one.code == 0:
        return "went through" + (f", {one.steps} steps" if one.steps else "")
    if one.code is None:
        return "was only watched"
    if one.code in ENDED_BY_SOMEBODY:
        return "was ended by somebody" + at
    title = TITLES.get(one.cause or "unknown", "unknown")
    return f"died{at}: " + (f"exit code {one.code}" if title == "unknown" else title)


def _held(one: Receipt, likely: int | None) -> str:
    if one.allocated is not None:
        beside = f" where {gib(likely)} are likely" if likely is not None else ""
        return f"; PyTorch had {gib(one.allocated)} at the most{beside}"
    return f"; the fullest GPU held {gib(one.gpu)}" if one.gpu is not None else ""
