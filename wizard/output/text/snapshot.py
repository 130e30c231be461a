"""A memory snapshot as a table and a timeline, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill

from wizard.doctor.snapshots import SeenSnapshot
from wizard.domain.text import plain
from wizard.domain.units import gib
from wizard.output.text.causes import TITLES

_WIDTH = 79
_ROWS = 8
_MOST = 14


def snapshot_text(one: SeenSnapshot, forecast: Mapping[str, int]) -> str:
    """What it tells, who held what at the fullest moment, and how it came to that. `forecast`: bytes by term."""
    found = one.diagnosis
    what = "nothing was lacking" if found.cause == "unknown" and not found.died else TITLES[found.cause]
    lines = [f"{plain(found.log)}: {what}"]
    lines.append(fill(one.diagnosis.why, _WIDTH, initial_indent="  ", subsequent_indent="  "))
    lines += [fill(each.text, _WIDTH, initial_indent="  ", subsequent_indent="  ") for each in one.diagnosis.evidence]
    lines += ["", *_table(one, forecast), "", *_timeline(one)]
    if one.diagnosis.advice:
        lines += ["", "What helps:"]
        lines += [fill(each, _WIDTH, initial_indent="  - ", subsequent_indent="    ") for each in one.diagnosis.advice]
    return "\n".join(lines)


def _table(one: SeenSnapshot, forecast: Mapping[str, int]) -> Iterator[str]:
    head = "forecast" if forecast else ""
    yield f"  {'at the fullest moment':<44}{'GiB':>8}  {head:>8}".rstrip()
    for term, held in sorted(one.terms.items(), key=lambda each: -each[1]):
        known = f"{forecast[term] / 2**30:8.2f}" if term in forecast else ""
        yield f"  {term:<44}{held / 2**30:8.2f}  {known}".rstrip()
        places = [group for group in one.groups if group.term == term]
        for group in places[: max(1, _MOST // max(1, len(one.terms)))]:
            yield f"    {plain(group.place)[:41]:<42}{group.bytes / 2**30:8.2f}"


def _timeline(one: SeenSnapshot) -> Iterator[str]:
    """Rows from full to empty: `#` is in use, `.` reserved."""
    most = max((max(part) for part in one.peak.parts), default=0)
    if not most:
        return
    yield f"  from the first event to the last; the top is {gib(most)} (# in use, . reserved)"
    for row in range(_ROWS, 0, -1):
        least = most * (row - 0.5) / _ROWS
        cells = ["#" if used >= least else "." if held >= least else " " for used, held in one.peak.parts]
        yield "  |" + "".join(cells).rstrip()
    yield "  +" + "-" * len(one.peak.parts)
