"""The checklist of a written file, as text."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.domain.checklist import Checked, Mark

_MARKS: dict[Mark, str] = {"missing": "✗", "unknown": "?", "have": "✓"}


def checklist_lines(found: Sequence[Checked]) -> list[str]:
    """What is missing and what is unknown, a line each with what brings it; what is there together at the end."""
    lines = []
    for mark in ("missing", "unknown"):
        for one in found:
            if one.mark == mark:
                lines += _lines(one)
    have = [f"{one.need.name}{f' ({one.seen})' if one.seen else ''}" for one in found if one.mark == "have"]
    return [*lines, *([f"{_MARKS['have']} {', '.join(have)}"] if have else [])]


def checklist_title(found: Sequence[Checked]) -> str:
    """The heading: whether it was tried here."""
    if any(one.mark == "missing" for one in found):
        return "Before it runs (✗ is missing here, ? is not known):"
    unknown = any(one.mark == "unknown" for one in found)
    return "Before it runs (? could not be tried here):" if unknown else "What it needs is there:"


def _lines(one: Checked) -> list[str]:
    need = one.need
    more = "; ".join(text for text in (one.seen, need.note) if text)
    head = f"{_MARKS[one.mark]} {need.name}{f' ({more})' if more else ''}"
    return [head, *(f"    {line}" for line in need.command.splitlines())]
