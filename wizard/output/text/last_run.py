"""What became of the last run of a config, in one line."""

from __future__ import annotations

import re

from wizard.domain.estimate import Estimate
from wizard.domain.receipt import ENDED_BY_SOMEBODY, Receipt
from wizard.domain.text import plain
from wizard.domain.units import gib
from wizard.output.text.causes import TITLES


def sentence(one: Receipt, same: bool, now: Estimate | None) -> str:
    """What became of it. `now`: what is forecast of the present settings."""
    of = "with these settings" if same else f"of {one.model}, with other settings"
    likely = now.allocated.likely if same and now is not None else one.forecast[1] if one.forecast is not None else None
    return plain(f"the last run {of}{_day(one)} {_ended(one)}{_held(one, likely)}")


def cause_text(one: Receipt, same: bool) -> str:
    """What it died of, in as few words as stand beside a question."""
    aside = ", ".join(filter(None, (_day(one)[2:-1], "" if same else "with other settings")))
    return f"the last run {_ended(one)}" + (f" ({aside})" if aside else "")


def _day(one: Receipt) -> str:
    """The day; nothing where somebody has written another thing there."""
    return f" ({one.begun[:10]})" if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|\Z)", one.begun) else ""


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
