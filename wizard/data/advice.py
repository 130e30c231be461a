"""Which `sequence_len` would suit the rows, and how many of them it keeps whole."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.data.review import DataReview, together

_SHARES = (0.99, 1.0)
_LEAST, _MOST = 256, 2**20


@dataclass(frozen=True, slots=True)
class LengthAdvice:
    """A length in tokens, and the share of the rows that are no longer (likely)."""

    length: int
    keeps: float

    @property
    def says(self) -> str:
        """`sequence_len 2048: keeps 99.6% of the rows whole`."""
        share = "all" if self.keeps == 1 else f"{min(99.9, 100 * self.keeps):.1f}%"
        return f"sequence_len {self.length}: keeps {share} of the rows whole"


@dataclass(frozen=True, slots=True)
class DataTold:
    """What the data of a plan comes to, as text, and the lengths that would suit its rows."""

    text: str
    advice: tuple[LengthAdvice, ...] = ()


def length_advice(review: DataReview) -> tuple[LengthAdvice, ...]:
    """The least powers of two that keep nearly all rows, and all, where the plan has another; none where not known."""
    whole = together([one.measured for one in review.datasets])
    if whole is None or not whole.likely.values:
        return ()
    some, found = whole.likely, dict[int, LengthAdvice]()
    for share in _SHARES:
        length = _LEAST
        while length < _MOST and 1 - some.over(length) < share:
            length *= 2
        if length != review.schedule.sequence_len:
            found[length] = LengthAdvice(length, 1 - some.over(length))
    return tuple(found.values())
