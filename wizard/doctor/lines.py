"""What a line of a log is, apart from what writers put before it: whose it is, when, a call of a stack, a bar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.doctor.heard import Call

_BEFORE = re.compile(
    r"\s{0,4}(?:"
    r"\[(?:rank|default)(?P<a>\d{1,5})\]:? ?"  # torch; torchrun with --tee
    r"|\[1,(?P<b>\d{1,5})\]<std(?:err|out)>:? ?"  # mpirun
    r"|(?P<c>\d{1,4}): (?=\s|Traceback|torch|Runtime|\[|\d|[A-Z]\w+Error)"  # srun --label
    r"|\((?:\w{1,40} ){0,2}(?:pid|ip)=[^)]{1,60}\) ?"  # Ray, vLLM
    r"|(?:ERROR|INFO|WARNING|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d \[[^\]]{1,80}\] ?"  # vLLM
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.,:+-]{0,20}Z? (?:std(?:out|err) [FP] )?"  # containers
    r"|[\w.-]{1,60}  ?\| "  # docker compose
    r"|\[\d{1,9}\] (?=\[rank)"
    r")"
)
_RANK = re.compile(r"\[(?:RANK:|Rank )(\d{1,5})\]|\bRank (\d{1,5})\]|\blocal_rank: (\d{1,5})\b")
_TIME = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?")
_CALL = re.compile(r'File "([^"]{1,500})", line \d{1,8}, in (\S{1,200})')
_RICH = re.compile(r"^[│|]? ?(\S{1,400}\.py):\d{1,8} in (\S{1,200})")
_BAR = re.compile(r"(\d{1,3})%\|[^|]{0,200}\| {0,9}(\d{1,9})/(\d{1,9}) \[")
_EXCEPTION = re.compile(r"[│ ]{0,2}((?:[a-z_][\w]{0,60}\.){0,8}[A-Z]\w{0,80})(?::|$)")
_CLEAR = re.compile(r"(?:[a-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}(?:Error|Exception|Interrupt|OutOfResources)(?:: |$)")
_WIDE = 600


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar: what stands before it, and how far it is."""

    label: str
    at: int
    of: int


def parted(text: str) -> tuple[int | None, str]:
    """The rank that a line names, and the line without what its writers put before it."""
    rank: int | None = None
    for _ in range(4):
        match = _BEFORE.match(text)
        if match is None or not match[0]:
            break
        given = match["a"] or match["b"] or match["c"]
        rank = int(given) if given is not None else rank
        text = text[match.end() :]
    if rank is None and "ank" in text[:_WIDE] and (named := _RANK.search(text[:_WIDE])):
        rank = int(next(one for one in named.groups() if one is not None))
    return rank, text


def time_of(text: str) -> str | None:
    """The date and time that a line begins with or soon has, so that texts compare as times do."""
    match = _TIME.search(text[:120])
    return f"{match[1]} {match[2]}.{(match[3] or '').ljust(6, '0')}" if match else None


def call_of(text: str) -> Call | None:
    """The call that a line of a stack tells."""
    match = (
        _CALL.search(text[: 2 * _WIDE]) if 'File "' in text else _RICH.match(text[:_WIDE]) if ".py:" in text else None
    )
    return (match[1].replace("\\", "/"), match[2]) if match else None


def bar_of(text: str) -> Bar | None:
    """The last progress bar of a line."""
    found = None
    for match in _BAR.finditer(text[: 4 * _WIDE]):
        found = match
    return Bar(text[: found.start()].strip(), int(found[2]), int(found[3])) if found else None


def exception_of(text: str, *, expected: bool) -> str | None:
    """The class of the exception that a line tells. `expected`: it ends a stack; else it has to be plain."""
    if expected:
        match = _EXCEPTION.match(text)
        return match[1] if match else None
    plain = _CLEAR.match(text)
    return plain[0].rstrip(": ") if plain else None
