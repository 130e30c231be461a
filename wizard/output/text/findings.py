"""Findings as text: for a terminal and for GitHub's annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from wizard.domain.finding import Finding
from wizard.domain.text import plain
from wizard.domain.units import GIB
from wizard.output.text.snippet import Paint, Place, snippet, unpainted

Tally = Counter[tuple[str, str]]
_LEVELS = {"error": "error", "warning": "warning", "hint": "notice"}


def saving(saves_bytes: int | None) -> str:
    """`", saves 3.4 GiB"`, `", costs 0.2 GiB"`, or nothing where it is under 50 MiB or not known."""
    if saves_bytes is None or abs(saves_bytes) < 0.05 * GIB:
        return ""
    return f", {'saves' if saves_bytes > 0 else 'costs'} {abs(saves_bytes) / GIB:.1f} GiB"


def fixable(finding: Finding, *, unsafe: bool = False) -> bool:
    """Whether `--fix` has a change for it; `unsafe`: with `--unsafe-fixes`."""
    return finding.fix is not None and bool(finding.fix.changes) and (unsafe or finding.fix.safety == "safe")


def as_text(
    file: str,
    finding: Finding,
    place: Place | None = None,
    *,
    settled: bool = False,
    refused: bool = False,
    paint: Paint = unpainted,
) -> str:
    """`file:line:column: MW102 warning [*] message`, the line with a caret, the fix, and what Axolotl does.

    `settled` ([*]): `--fix` settles it. `refused`: Axolotl does not take the file, so that
    nobody knows which of its warnings it comes to.
    """
    where = file
    if place is not None:
        where = f"{file}:{place.line}:{place.column}"
    elif finding.line:
        where = f"{file}:{finding.line}"
    mark = f"{paint('[*]', 'help')} " if settled else ""
    head = f"{paint(finding.code, finding.severity)} {paint(finding.severity, finding.severity)} {mark}"
    lines = [f"{paint(where, 'place')}: {head}{plain(finding.message)}"]
    margin = ""
    if place is not None:
        lines += snippet(place, finding.severity, paint)
        margin = " " * len(str(place.line))
    equals = paint(f"{margin} =", "frame")
    if finding.fix is not None:
        notes = "unsafe" * (finding.fix.safety == "unsafe") + saving(finding.fix.saves_bytes)
        note = f" ({notes.removeprefix(', ')})" if notes else ""
        lines.append(f"{equals} {paint('help', 'help')}: {plain(finding.fix.says)}{note}")
    if finding.quoted and (finding.severity == "error" or not refused):
        lines.append(f"{equals} Axolotl: {'refuses it' if finding.severity == 'error' else 'warns'}")
    return "\n".join(lines)


def as_github(file: str, finding: Finding, place: Place | None = None) -> str:
    """A workflow command that GitHub shows beside the line."""
    line = f",line={finding.line}" if finding.line else ""
    column = f",col={place.column}" if place else ""
    title = _property(f"{finding.code} {finding.name}")
    return f"::{_LEVELS[finding.severity]} file={_property(file)}{line}{column},title={title}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def tallied(findings: Iterable[Finding], settled: frozenset[int] = frozenset()) -> Tally:
    """How many findings there are of each severity that are "settled" by `--fix`, "unsafe" to fix, or neither ("").

    `settled`: the places of those that are.
    """
    return Counter((one.severity, _kind(one, place in settled)) for place, one in enumerate(findings))


def _kind(finding: Finding, settled: bool) -> str:
    if settled:
        return "settled"
    return "unsafe" if fixable(finding, unsafe=True) and not fixable(finding) else ""


def summary(files: int, found: Tally, *, fixed: int | None = None, unsafe: bool = False) -> str:
    """`2 files: 3 findings (2 errors, 1 warning)`, and what `--fix` would settle; `fixed`: how many it did.

    `unsafe`: `--unsafe-fixes` is given.
    """
    done = "" if fixed is None else f"{fixed} fixed, "
    head = f"{_count(files, 'file')}: {done}"
    total = sum(found.values())
    if not total:
        return head + ("none left" if fixed else "no findings")
    each = [(word, sum(found[word, fix] for fix in ("settled", "unsafe", ""))) for word in ("error", "warning", "hint")]
    left = " left" if fixed is not None else ""
    kinds = ", ".join(_count(number, word) for word, number in each if number)
    head += f"{_count(total, 'finding')}{left} ({kinds})"
    if fixed is not None:
        return head
    settled, more = (sum(number for (_, fix), number in found.items() if fix == kind) for kind in ("settled", "unsafe"))
    if settled:
        head += f"\n[*] `--fix{' --unsafe-fixes' if unsafe else ''}` would settle {settled} of them"
    if more and not unsafe:
        has = f"`--unsafe-fixes` has changes for {more}"
        head += f", {has} more" if settled else f"\n{has} of them"
    return head


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
