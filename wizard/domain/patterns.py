"""Regular expressions out of a person's file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

_LONGEST = 1 << 14
"""Characters beyond which an expression is not tried."""
_PLAIN = re.compile(r"[\w.-]*")
_MOST_READ = 1000
"""Expressions of one list that are tried: to compile one takes a tenth of a millisecond."""
_FREE, _VARIABLE = 4, 12
"""Most repeats side by side, with nothing fixed between them: without an upper bound, and of any kind."""
_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:[\w-]*[:)]|<?[=!]|P?<\w+>|>|P=\w+\)|#[^)]*\)|\(\w+\))"
    r"|\{\d*,?\d*\}|.",
    re.DOTALL,
)
_REPEAT = re.compile(r"[*+?]|\{(?:\d+,?\d*|,\d+)\}")
_FIXED = re.compile(r"[^.^$]|\\\W", re.DOTALL)


@lru_cache(maxsize=256)
def _read(pattern: str) -> re.Pattern[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(pattern)
        except (re.error, RecursionError, OverflowError):
            return None


def readable(pattern: str) -> bool:
    """Whether Python takes it as an expression. What it only warns of counts as taken."""
    return len(pattern) > _LONGEST or _PLAIN.fullmatch(pattern) is not None or _read(pattern) is not None


def unreadable(patterns: Iterable[str]) -> list[str]:
    """Those that Python does not take as an expression; of very many, the first are tried."""
    tried = islice((one for one in dict.fromkeys(patterns) if not _PLAIN.fullmatch(one)), _MOST_READ)
    return [one for one in tried if not readable(one)]


def compiled(pattern: str) -> re.Pattern[str] | None:
    """The expression; None where it is none, and where trying it may never end."""
    return None if endless(pattern) else _read(pattern)


@lru_cache(maxsize=256)
def endless(pattern: str) -> bool:
    """Whether Python's `re`, which goes back and tries again, may take for ever on the name of a module.

    So it does where what is repeated can be cut in several ways itself, as in `(a+)+`, and where many repeats stand
    side by side. Some that do end are taken for such too: `(\\d+\\.)+`.
    """
    if len(pattern) > _LONGEST:
        return True
    tokens = _TOKEN.findall(pattern)
    groups, closed, free, variable = [False], False, 0, 0
    for number, token in enumerate(tokens):
        if _REPEAT.fullmatch(token):
            if number and _REPEAT.fullmatch(tokens[number - 1]):
                continue  # how the repeat before it is tried
            free, variable = free + (token in "*+" or token.endswith(",}")), variable + 1
            if (closed and token != "?") or free > _FREE or variable > _VARIABLE:
                return True
            groups[-1] = True
        elif token.startswith("(") and not token.endswith(")"):
            groups.append(False)
        elif token == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] |= closed
            continue
        elif token == "|":
            groups[-1] = True
        elif _FIXED.fullmatch(token) and not _REPEAT.fullmatch("".join(tokens[number + 1 : number + 2])):
            free = variable = 0
        closed = False
    return False
