"""The fullest moment of a snapshot: what was in use then, by who asked for it, and how it came to that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wizard.domain.snapshot import ALLOC, FREE, OOM, RESERVE, Snapshot

COLUMNS = 60


@dataclass(frozen=True)
class Peak:
    """The moment of the last lack of memory, else the one with the most in use. Bytes.

    `by_stack`: in use then, by the number of the stack. `at`: which event it was; `who`: the stack that asked last.
    `asked`: what was asked for in vain, None where nothing was. `parts`: the most in use and reserved in each of
    COLUMNS parts of the trace, in order. `growth`: what each stack held after each of eight parts. `falls`: how often
    before that a tenth of it was given back, as after each step.
    """

    used: int
    reserved: int
    by_stack: Mapping[int, int]
    at: int
    who: int
    asked: int | None
    parts: tuple[tuple[int, int], ...]
    growth: Mapping[int, tuple[int, ...]]
    falls: int


def peak(snapshot: Snapshot) -> Peak:
    """The fullest moment. What was there before the trace began is told by what is there at its end."""
    start, reserved = _start(snapshot)
    at, used, asked = _moment(snapshot, sum(start.values()))
    by_stack, held = Counter(start), reserved
    for event, (kind, size, who) in enumerate(_events(snapshot)):
        if event > at:
            break
        held += size if kind == RESERVE else 0
        _apply(by_stack, kind, size, who)
    who = next((snapshot.who[place] for place in range(at, -1, -1) if snapshot.kinds[place] in (ALLOC, OOM)), 0)
    return Peak(
        used,
        max(held, used),
        {stack: size for stack, size in by_stack.items() if size > 0},
        at,
        who,
        asked,
        tuple(_parts(snapshot, sum(start.values()), reserved)),
        _growth(snapshot, start, min(at + 1, len(snapshot.kinds))),
        _falls(snapshot, sum(start.values()), at, used // 10),
    )


def _events(snapshot: Snapshot) -> Iterator[tuple[int, int, int]]:
    return zip(snapshot.kinds, snapshot.sizes, snapshot.who, strict=True)


def _apply(by_stack: Counter[int], kind: int, size: int, who: int) -> None:
    if kind == ALLOC:
        by_stack[who] += size
    elif kind == FREE:
        by_stack[who] -= size


def _start(snapshot: Snapshot) -> tuple[Counter[int], int]:
    """In use, by stack, and reserved, before the first event."""
    net, reserved = Counter(snapshot.live), snapshot.reserved
    for kind, size, who in _events(snapshot):
        if kind == ALLOC:
            net[who] -= size
        elif kind == FREE:
            net[who] += size
        elif kind == RESERVE:
            reserved -= size
    return Counter({stack: size for stack, size in net.items() if size > 0}), max(0, reserved)


def _moment(snapshot: Snapshot, used: int) -> tuple[int, int, int | None]:
    """The event, what was in use then, and what was asked for in vain."""
    best, last = (-1, used), None
    for event, (kind, size, _) in enumerate(_events(snapshot)):
        if kind == OOM:
            last = (event, used, size)
            continue
        used += size if kind == ALLOC else -size if kind == FREE else 0
        if used > best[1]:
            best = (event, used)
    return last if last is not None else (*best, None)


def _parts(snapshot: Snapshot, used: int, reserved: int) -> Iterator[tuple[int, int]]:
    count = len(snapshot.kinds)
    most = (used, reserved)
    done = 0
    for event, (kind, size, _) in enumerate(_events(snapshot)):
        while done < event * COLUMNS // max(count, 1):
            yield most
            most, done = (used, reserved), done + 1
        used += size if kind == ALLOC else -size if kind == FREE else 0
        reserved += size if kind == RESERVE else 0
        most = (max(most[0], used), max(most[1], reserved))
    yield most


def _growth(snapshot: Snapshot, start: Counter[int], end: int) -> dict[int, tuple[int, ...]]:
    """What each stack held after each of eight parts of the trace up to the moment."""
    held, found = Counter(start), list[Counter[int]]()
    for event, (kind, size, who) in enumerate(_events(snapshot)):
        if event >= end:
            break
        _apply(held, kind, size, who)
        if (event + 1) * 8 // end > len(found):
            found.append(held.copy())
    return {stack: tuple(part[stack] for part in found) for stack in held} if len(found) == 8 else {}


def _falls(snapshot: Snapshot, used: int, at: int, least: int) -> int:
    """How often, up to an event, so much was given back between two rises of as much."""
    found, top, low, falling = 0, used, used, False
    for event, (kind, size, _) in enumerate(_events(snapshot)):
        if event > at:
            break
        used += size if kind == ALLOC else -size if kind == FREE else 0
        top, low = max(top, used), min(low, used)
        if not falling and used <= top - least:
            found, falling, low = found + 1, True, used
        elif falling and used >= low + least:
            falling, top = False, used
    return found
