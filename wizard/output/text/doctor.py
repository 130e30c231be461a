"""What a run died of, as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from wizard.doctor.diagnosis import Diagnosis, Remedy
from wizard.domain.text import plain
from wizard.domain.units import gib
from wizard.output.text.causes import TITLES
from wizard.output.text.fit import settings

_WIDTH = 79
_BY_LADDER = ("load", "too_big", "longest_row", "first_optimizer_step")
"""Causes whose advice is what the offers say in figures."""


_MOST_FOLLOWERS = 2
"""Logs that only followed a death, above which they are named in one sentence."""


def doctors_text(told: Sequence[Diagnosis]) -> str:
    """The same of several logs: the first death of all comes first, and many that only followed are named together."""
    followers = [one for one in told if one.followed]
    if len(followers) <= _MOST_FOLLOWERS:
        return "\n\n".join(map(doctor_text, told))
    others = [one for one in told if not one.followed]
    first = followers[0].after
    others.sort(key=lambda one: one.log != first)
    names = ", ".join(plain(one.log) for one in followers)
    said = f"{len(followers)} more only followed, since a rank that dies leaves the others waiting: {names}"
    return "\n\n".join([*map(doctor_text, others), fill(said, _WIDTH, break_on_hyphens=False)])


def doctor_text(one: Diagnosis) -> str:
    """What it died of, where, why, the lines that tell it, and what would have prevented it."""
    name = plain(one.log)
    lines = [f"{name}: {TITLES[one.cause] if one.died else 'no death found'}{_where(one)}"]
    lines.append(fill(one.why, _WIDTH, initial_indent="  ", subsequent_indent="  "))
    if one.evidence:
        lines.append("  It says:")
        lines += [_folded(f"{plain(each.log)}:{each.line}: {each.text}") for each in one.evidence]
    if one.offers:
        lines += ["", f"What would have prevented it, as changes of {plain(one.config or 'the config')}:"]
        for offer in one.offers:
            lines += _offer(offer)
    if one.advice and not (one.offers and one.cause in _BY_LADDER):
        lines += ["", "What helps:" if not one.offers else "What else helps:"]
        lines += [_point(each) for each in one.advice]
    return "\n".join(lines)


def _point(text: str) -> str:
    """One of several pieces of advice; a command in it stays as it is to be typed."""
    return fill(text, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)


def _where(one: Diagnosis) -> str:
    if one.phase is None:
        return f"; rank {one.rank}" if one.rank is not None else ""
    step = ""
    if one.step is not None:
        of = f" of {one.steps}" if one.steps is not None else ""
        if one.phase in ("first step", "first optimizer step", "step"):
            step = f" {one.step}{of}" if one.phase == "step" else f" (of {one.steps})" if one.steps else ""
        else:
            step = f", after step {one.step}{of}"
    rank = f", on rank {one.rank}" if one.rank is not None else ""
    return f"; {one.phase}{step}{rank}"


def _offer(offer: Remedy) -> list[str]:
    saves = f"saves {gib(offer.saves_bytes)}" if offer.saves_bytes else ""
    then = f"then it {_FITS[offer.fit]}" if offer.fit in _FITS else ""
    told = ", ".join(part for part in (saves, then, "" if offer.safety == "safe" else "changes the training") if part)
    lines = [fill(f"{offer.says}{f' ({told})' if told else ''}", _WIDTH, initial_indent="  ", subsequent_indent="    ")]
    lines += [f"    {line}" for line in settings(dict(offer.changes))]
    if offer.gives_up and offer.gives_up != "nothing":
        lines.append(fill(f"gives up: {offer.gives_up}", _WIDTH, initial_indent="    ", subsequent_indent="      "))
    return lines


_FITS = {"fits": "fits", "tight": "may just fit", "over": "does not fit yet"}


def _folded(text: str) -> str:
    return fill(text, _WIDTH, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False)
