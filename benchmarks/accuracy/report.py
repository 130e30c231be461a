"""The tables, as text for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.accuracy.peers import PEERS, PeerScore, compare, weigh
from benchmarks.accuracy.rows import KINDS, PARTS, Kind, Row
from benchmarks.accuracy.score import GROUPS, PartError, Scored, grouped, part_errors, score, spread, summary
from wizard.domain.units import GIB

WORST = 8


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are printed; the first column is text, the others are figures."""

    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Columns side by side."""
        table = (self.header, *self.lines)
        widths = [max(len(line[place]) for line in table) for place in range(len(self.header))]
        return "\n".join(
            "  ".join(
                [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
            ).rstrip()
            for line in table
        )

    def markdown(self) -> str:
        """A Markdown table."""
        rule = ("---", *("--:" for _ in self.header[1:]))
        return "\n".join("| " + " | ".join(line) + " |" for line in (self.header, rule, *self.lines))


def by_group(scored: Sequence[Scored]) -> Table:
    """Errors of all rows, and by each of the things a row is."""
    groups = [("all", list(scored))]
    for name in GROUPS:
        found = grouped(scored, name)
        groups += [(f"{name} {value}", some) for value, some in found] if len(found) > 1 else []
    lines = []
    for name, some in groups:
        one = summary(some)
        sizes = (_share(size) for size in (one.median, one.p95, one.worst, one.under))
        lines.append((name, str(one.count), *sizes, f"{one.inside:.0%}", f"{one.covered:.0%}"))
    header = ("rows", "n", "median", "95th pct", "worst", "worst under", "in range", "high enough")
    return Table(header, tuple(lines))


def worst_rows(scored: Sequence[Scored], count: int | None = WORST) -> Table:
    """The rows that are furthest off, or all of them."""
    lines = []
    for one in sorted(scored, key=lambda one: -abs(one.error))[:count]:
        said = one.estimate.allocated
        figures = (f"{size / GIB:.2f}" for size in (one.row.bytes, said.low, said.likely, said.high))
        phases = f"{one.row.phase or '?'} / {one.estimate.peak_phase}"
        lines.append((one.row.id, _share(one.error, sign="+"), *figures, phases))
    header = ("row", "error", "truth GiB", "low", "likely", "high", "peak at: truth / said")
    return Table(header, tuple(lines))


def by_part(errors: Sequence[PartError]) -> Table:
    """Errors of what lasts through a step, by part and method."""
    lines = []
    for part in PARTS:
        of_part = [error for error in errors if error.part == part]
        for method in sorted({error.row.labels["method"] for error in of_part}):
            found = [error for error in of_part if error.row.labels["method"] == method]
            sizes = (_share(size) for size in spread([error.error for error in found]))
            of_peak = max((error.of_peak for error in found), key=abs)
            lines.append((f"{part}, {method}", str(len(found)), *sizes, _share(of_peak, sign="+")))
    header = ("part", "n", "median", "95th pct", "worst", "worst under", "worst, of the peak")
    return Table(header, tuple(lines))


def worst_parts(errors: Sequence[PartError], count: int | None = WORST) -> Table:
    """The parts that are furthest off, by what that is of the row's peak."""
    found = sorted(errors, key=lambda error: -abs(error.of_peak))[:count]
    lines = [(e.row.id, e.part, _share(e.error, sign="+"), _share(e.of_peak, sign="+")) for e in found]
    return Table(("row", "part", "error", "of the peak"), tuple(lines))


def by_peer(scored: Sequence[Scored]) -> list[tuple[str, Table]]:
    """For each method, what the other tools' errors are, memwizard first. Preference training is one group."""
    groups: dict[str, list[Scored]] = {}
    for one in scored:
        method = one.row.labels["method"]
        groups.setdefault(method if method in METHODS else "preference training", []).append(one)
    found = []
    for name in (*METHODS, "preference training"):
        rows = groups.get(name, [])
        lines = [_peer_line(made) for peer in PEERS if rows and (made := compare(peer, rows)) is not None]
        if lines:
            found.append((name, Table(_PEER_HEADER, (*map(_peer_line, _own(rows)), *lines))))
    return found


METHODS = ("full", "lora", "qlora", "int8", "dora")
_PEER_HEADER = ("tool", "n", "median error", "leans", "worst under", "too low", "memwizard's median on these")


def _own(rows: Sequence[Scored]) -> tuple[PeerScore, PeerScore]:
    highs = [one.estimate.allocated.high / one.row.bytes - 1 for one in rows]
    return weigh("memwizard, likely", [one.error for one in rows]), weigh("memwizard, high (decides `fits`)", highs)


def _peer_line(one: PeerScore) -> tuple[str, ...]:
    digits = 1 if one.ours is None else 0
    sizes = (
        _share(one.median, digits),
        _share(one.leans, digits, "+"),
        _share(one.under, digits),
        _share(one.short, 0),
    )
    return (one.name, str(one.count), *sizes, "" if one.ours is None else _share(one.ours, 1))


def _share(size: float, digits: int = 2, sign: str = "") -> str:
    """In percent; what rounds to nothing has no sign."""
    return f"{0:.{digits}%}" if abs(size) < 0.5 / 10 ** (digits + 2) else f"{size:{sign}.{digits}%}"


def chapters(rows: Sequence[Row], *, whole: bool = False) -> Iterator[tuple[Kind, str]]:
    """The text of each kind of truth that has rows."""
    count = None if whole else WORST
    for kind in KINDS:
        scored = score(row for row in rows if row.kind == kind)
        if not scored:
            continue
        parts = [by_group(scored).text(), worst_rows(scored, count).text()]
        errors = part_errors(scored)
        if errors:
            parts += [by_part(errors).text(), worst_parts(errors, count).text()]
        yield kind, "\n\n".join(parts)


def peers_text(rows: Sequence[Row]) -> str:
    """The other tools on all rows, by kind of truth and method."""
    blocks = []
    for kind in KINDS:
        if kind in ("several", "few", "images", "ranks"):
            continue  # the tools' formulas are for one GPU
        for method, table in by_peer(score(row for row in rows if row.kind == kind)):
            blocks.append(f"--- {method}, {KINDS[kind].lower()}\n{table.text()}")
    return "\n\n".join(blocks)
