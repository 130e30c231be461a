"""How many tokens a text has, where no tokenizer is at hand: by its characters, as a range."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.knowledge.load import toml

_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f000-\U0003ffff]")
_OTHER = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Count:
    """Tokens: not fewer than `low`, most likely `likely`, not more than `high`."""

    low: int
    likely: int
    high: int

    def __add__(self, other: Count) -> Count:
        return Count(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def times(self, count: int) -> Count:
        """So many of these."""
        return Count(self.low * count, self.likely * count, self.high * count)

    def most(self, other: Count) -> Count:
        """The larger of two, figure by figure."""
        return Count(max(self.low, other.low), max(self.likely, other.likely), max(self.high, other.high))


def exactly(count: int) -> Count:
    """A count that is known."""
    return Count(count, count, count)


NONE = exactly(0)


def by_characters(text: str) -> Count:
    """The tokens of a text by the characters of each script (`tokens.toml`, where the sources are)."""
    wide = other = 0
    if not text.isascii():
        narrow = _WIDE.sub("", text)
        wide = len(text) - len(narrow)
        other = len(narrow) - len(_OTHER.sub("", narrow))
    shares = (("ascii", len(text) - wide - other), ("other", other), ("wide", wide))
    rows = toml("tokens")["characters"]
    low, likely, high = (
        sum(count / rows[script][figure] for script, count in shares) for figure in ("most", "likely", "fewest")
    )
    return Count(int(low), round(likely), int(high) + (high > int(high)))


def characters() -> tuple[float, float]:
    """The fewest and most characters that are taken to make one token of English."""
    row = toml("tokens")["characters"]["ascii"]
    return row["fewest"], row["most"]


def template(part: str) -> Count:
    """The tokens that a chat template adds to each `message`, or to each `row`."""
    row = toml("tokens")["template"][part]
    return Count(row["fewest"], row["likely"], row["most"])
