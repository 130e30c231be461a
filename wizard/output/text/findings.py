"""Findings as text: for a terminal and for GitHub's annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from wizard.domain.finding import Finding
from wizard.domain.text import plain, safe
from wizard.domain.units import GIB
from wizard.domain.version import Version
from wizard.output.text.snippet import Paint, Place, snippet, unpainted
from wizard.rules.catalogue import find as rule_named

Tally = Counter[tuple[str, str, str]]
Gathered = tuple[Finding, str, bool]
"""A finding that is said once for all files, where it stands, and whether `--fix` settles it."""
_NAMED = 3
_WORDS = ("error", "warning", "hint")
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
    place_of = f"file={_property(file)}{line}{column},title={title}"
    return f"::{_LEVELS[finding.severity]} {place_of}::{_data(plain(finding.message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe(text)).replace(":", "%3A").replace(",", "%2C")


def tallied(findings: Iterable[Finding], settled: frozenset[int] = frozenset()) -> Tally:
    """How many findings there are of each severity and code that are "settled" by `--fix`, "unsafe" to fix, or neither.

    `settled`: the places of those that are.
    """
    return Counter((one.severity, _kind(one, place in settled), one.code) for place, one in enumerate(findings))


def _kind(finding: Finding, settled: bool) -> str:
    if settled:
        return "settled"
    return "unsafe" if fixable(finding, unsafe=True) and not fixable(finding) else ""


def gathered(found: Sequence[Gathered]) -> list[str]:
    """A line for each rule that is said once for all files."""
    lines = []
    for code in dict.fromkeys(one.code for one, _, _ in found):
        mine = [(one, where, settled) for one, where, settled in found if one.code == code]
        first, where, _ = mine[0]
        mark = "[*] " if all(settled for _, _, settled in mine) else ""
        head = f"{first.code} {first.severity} {mark}"
        if len(mine) == 1:
            lines.append(f"{where}: {head}{plain(first.message)}")
            continue
        named = ", ".join(where for _, where, _ in mine[:_NAMED]) + (", ..." if len(mine) > _NAMED else "")
        lines.append(f"{_count(len(mine), 'file')}: {head}{plain(first.message)} ({named})")
    return lines


def statistics(found: Tally) -> str:
    """How often each rule speaks, the most frequent first: `[*]` where `--fix` settles all of it, `[-]` some."""
    rows = []
    for code in {code for _, _, code in found}:
        total, settled = _sum(found, code=code), _sum(found, code=code, kind="settled")
        mark = "[*]" if settled == total else "[-]" if settled else "[ ]"
        severity = min((word for word, _, other in found if other == code), key=_WORDS.index)
        rows.append((-total, code, f"{mark} {severity:<7} {rule_named(code).name}"))
    width = len(str(-min(rows)[0]))
    return "\n".join(f"{-total:>{width}} {code} {rest}" for total, code, rest in sorted(rows))


def _sum(found: Tally, *, kind: str | None = None, severity: str | None = None, code: str | None = None) -> int:
    wanted = (severity, kind, code)
    return sum(n for key, n in found.items() if all(one in (None, two) for one, two in zip(wanted, key, strict=True)))


def summary(
    files: int,
    found: Tally,
    *,
    fixed: int | None = None,
    unsafe: bool = False,
    unreadable: int = 0,
    axolotl: Version | None = None,
) -> str:
    """`2 files, Axolotl 0.21: 3 findings (2 errors, 1 warning)`, and what `--fix` would settle.

    `fixed`: how many it did. `unsafe`: `--unsafe-fixes` is given. `unreadable`: files that are not among them, since
    they can't be read.
    """
    more_files = f" and {unreadable} that can't be read" if unreadable else ""
    done = "" if fixed is None else f"{fixed} fixed, "
    judge = f", Axolotl {axolotl}" if axolotl is not None else ""
    head = f"{_count(files, 'file')}{more_files}{judge}: {done}"
    total = sum(found.values())
    if not total:
        return head + ("none left" if fixed else "no findings")
    each = [(word, _sum(found, severity=word)) for word in _WORDS]
    left = " left" if fixed is not None else ""
    kinds = ", ".join(_count(number, word) for word, number in each if number)
    head += f"{_count(total, 'finding')}{left} ({kinds})"
    if fixed is not None:
        return head
    settled, more = (_sum(found, kind=kind) for kind in ("settled", "unsafe"))
    if settled:
        head += f"\n[*] `--fix{' --unsafe-fixes' if unsafe else ''}` would settle {settled} of them"
    if more and not unsafe:
        has = f"`--unsafe-fixes` has changes for {more}"
        head += f", {has} more" if settled else f"\n{has} of them"
    return head


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"
