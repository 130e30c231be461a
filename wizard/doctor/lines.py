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
    r"|\((?:[\w.=-]{1,60},? ){0,3}(?:pid|ip)=[^)]{1,60}\) ?"  # Ray, vLLM, SkyPilot
    r"|(?:ERROR|INFO|WARNING|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d \[[^\]]{1,80}\] ?"  # vLLM
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.,:+-]{0,20}Z? (?:std(?:out|err) [FP] )?"  # containers
    r"|[\w.-]{1,60}  ?\| "  # docker compose
    r"|\[\d{4}-\d\d-\d\dT[\d:.]{5,20}Z?\] ?"  # CI
    r"|\[\d{1,9}\] (?=\[rank)"
    r"|(?:>{1,3} |`{1,3}|\| )(?=\S)"  # quoted in a mail, or as code
    r")"
)
_RANK = re.compile(r"\[(?:RANK:|Rank )(\d{1,5})\]|\bRank (\d{1,5})\]|\blocal_rank: (\d{1,5})\b")
_TIME = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?")
_CALL = re.compile(r'File "([^"]{1,500})", line \d{1,8}, in (\S{1,200})')
_RICH = re.compile(r"^[│|]? ?(\S{1,400}\.py):\d{1,8} in (\S{1,200})")
_CELL = re.compile(
    r"^ {0,4}(?:File )?\[?([^\s:()\]\[]{0,400}[/\\][^\s:()\]\[]{1,200}\.py|<[\w -]{1,60}>)"
    r"(?:\]\(https?://[^)\s]{1,60}\))?(?::\d{1,8}[,:])? in ([\w.<>]{1,200})"
)
"""A call as notebooks and pytest write it."""
_CODE = re.compile(r"^ {0,8}(?:[│|] {0,4}(?:❱ {0,3})?\d{1,6} {0,3}[│|]|(?:-{1,6}> {0,3})?\d{1,6}(?: |$))")
"""A line of a program with its number, as notebooks and rich show it."""
_TRACEBACK = "Traceback (most recent call last):"
_PARTS = re.compile(
    r"(?=  File \")|(?= File \"[^\"]{1,500}\", line \d)|(?=Traceback \(most recent)|(?<=\S) {6,}(?=\S)"
    r"|(?=(?<= )(?:ERROR|WARNING|INFO)[ :])|\\n"
)
_MOST_PARTS = 400
_BAR = re.compile(r"(\d{1,3})%\|[^|]{0,200}\| {0,9}(\d{1,9})/(\d{1,9}) \[")
_EXCEPTION = re.compile(r"[│ ]{0,2}((?:[a-z_][\w]{0,60}\.){0,8}[A-Z]\w{0,80})(?::|$)")
_CLEAR = re.compile(
    r"(?:[a-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}(?:Error|Exception|Interrupt|OutOfResources)(?::? {0,8}$|: )"
)
_DATA = re.compile(
    r"[^{]{0,200}\b(?:INFO|DEBUG)\b[^{]{0,200}"
    r"\{(['\"])(?!log\1|message\1|msg\1|error\1|std)\w{1,60}\1: .*[}\]]$"
)
"""A row of the data, as Axolotl shows the first of them, or people do; what collects logs has keys of its own."""
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
    if text.endswith("│") and not text.startswith("│"):  # the border of a terminal's window
        text = text.rstrip("│ ")
    if rank is None and "ank" in text[:_WIDE] and (named := _RANK.search(text[:_WIDE])):
        rank = int(next(one for one in named.groups() if one is not None))
    return rank, text


def time_of(text: str) -> str | None:
    """The date and time that a line begins with or soon has, so that texts compare as times do."""
    match = _TIME.search(text[:120])
    return f"{match[1]} {match[2]}.{(match[3] or '').ljust(6, '0')}" if match else None


def call_of(text: str) -> Call | None:
    """The call that a line of a stack tells."""
    if 'File "' in text:
        match = _CALL.search(text[: 2 * _WIDE])
    elif ".py:" in text and (match := _RICH.match(text[:_WIDE])) is not None:
        pass
    else:
        match = _CELL.match(text[:_WIDE]) if " in " in text else None
    return (match[1].replace("\\", "/"), match[2].rpartition(".")[2] or match[2]) if match else None


def is_code(text: str) -> bool:
    """Whether a line of a stack is a line of the program, which may have the words of an error that did not come."""
    return _CODE.match(text[:_WIDE]) is not None


def is_data(text: str) -> bool:
    """Whether a line that tells of no fault shows a row of the data, which may have any words."""
    return _DATA.match(text) is not None


def parts_of(text: str) -> tuple[str, ...]:
    """The lines that stand in one, as some who collect or paste logs leave them: a stack without its line ends."""
    if 'File "' not in text and _TRACEBACK not in text and "\\n  File " not in text:
        return (text,)
    call = _CALL.search(text[: 2 * _WIDE])
    ended = not text.rpartition(_TRACEBACK)[2].strip(" `\"'") if _TRACEBACK in text else True
    if ended and (call is None or (call.start() <= 8 and not text[call.end() :].strip())):
        return (text,)
    found = [one for one in _PARTS.split(text.replace('\\"', '"'), _MOST_PARTS) if one.strip()]
    return tuple(found) or (text,)


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
