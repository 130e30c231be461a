"""The token lengths of a file's rows, and what a `sequence_len` makes of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import ceil

MIN_TOKENS = 2
"""Shorter rows are left out, as `min_sample_len` says where it is not set (axolotl 0.19.0 utils/trainer.py:210)."""


@dataclass(frozen=True)
class Lengths:
    """Lengths in tokens of the rows that were read, which stand for `rows` rows of the data."""

    values: tuple[int, ...]
    rows: int

    @cached_property
    def ordered(self) -> tuple[int, ...]:
        """The lengths, shortest first."""
        return tuple(sorted(self.values))

    @cached_property
    def _sums(self) -> tuple[int, ...]:
        return (0, *accumulate(self.ordered))

    @property
    def longest(self) -> int:
        """The longest row read, 0 where none was."""
        return self.ordered[-1] if self.values else 0

    @property
    def tokens(self) -> int:
        """The tokens of all rows."""
        return round(sum(self.values) * self.rows / len(self.values)) if self.values else 0

    def percentile(self, share: float) -> int:
        """The least length that this share of the rows does not exceed (nearest rank); 0 where there are none."""
        return self.ordered[max(0, ceil(share * len(self.values)) - 1)] if self.values else 0

    def over(self, length: int) -> float:
        """The share of rows longer than `length`."""
        return (len(self.values) - bisect_right(self.ordered, length)) / len(self.values) if self.values else 0.0

    def under(self, length: int) -> float:
        """The share of rows shorter than `length`."""
        return bisect_left(self.ordered, length) / len(self.values) if self.values else 0.0

    def tokens_over(self, length: int) -> float:
        """The share of all tokens that lie beyond `length` in their row."""
        whole = self._sums[-1]
        first = bisect_right(self.ordered, length)
        beyond = whole - self._sums[first] - (len(self.values) - first) * length
        return beyond / whole if whole else 0.0

    def histogram(self, edges: Sequence[int]) -> tuple[float, ...]:
        """The share of rows up to each edge and above the one before it; the last edge takes what is longer too."""
        if not self.values:
            return tuple(0.0 for _ in edges)
        places = [0, *(bisect_right(self.ordered, edge) for edge in edges[:-1]), len(self.values)]
        return tuple((after - before) / len(self.values) for before, after in pairwise(places))

    def kept(self, length: int, strategy: str, shortest: int = MIN_TOKENS) -> Lengths:
        """The rows that are trained on, by `excess_length_strategy`: `drop` (and `raise`), `truncate`, or `cut`.

        `cut` is what `completion` does: a row becomes pieces of `length`, 64 at most. Shorter than `shortest` are left
        out. axolotl 0.19.0 utils/data/utils.py handle_long_seq_in_dataset, prompt_strategies/completion.py.
        """
        if strategy == "cut":
            values = tuple(piece for value in self.values for piece in _pieces(min(value, 64 * length), length))
        elif strategy == "truncate":
            values = tuple(min(value, length) for value in self.values)
        else:
            values = tuple(value for value in self.values if value <= length)
        values = tuple(value for value in values if value >= shortest)
        return Lengths(values, round(self.rows * len(values) / len(self.values)) if self.values else 0)

    def without(self, held: int) -> Lengths:
        """The same lengths for fewer rows: `held` of them are kept aside to evaluate."""
        return Lengths(self.values, max(0, self.rows - held))


def _pieces(value: int, length: int) -> tuple[int, ...]:
    whole, rest = divmod(value, length)
    return (length,) * whole + ((rest,) if rest else ())


@dataclass(frozen=True)
class Measured:
    """The lengths of the same rows by three counts of tokens: fewest, likely, most. One and the same where exact."""

    low: Lengths
    likely: Lengths
    high: Lengths

    @property
    def exact(self) -> bool:
        """Whether the three agree."""
        return self.low.values == self.likely.values == self.high.values

    def spread(self, count: Callable[[Lengths], float]) -> Spread:
        """A figure by each of the three, in order of size."""
        middle = count(self.likely)
        ends = (middle, count(self.low), count(self.high)) if not self.exact else (middle,)
        return Spread(min(ends), middle, max(ends))

    def each(self, change: Callable[[Lengths], Lengths]) -> Measured:
        """Each of the three, changed."""
        return Measured(change(self.low), change(self.likely), change(self.high))


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure as a range: not less than `low`, most likely `likely`, not more than `high`."""

    low: float
    likely: float
    high: float


def edges(longest: int, length: int, lines: int = 10) -> tuple[int, ...]:
    """Upper ends of the histogram's bars: doubling lengths up to `longest`, `length` among them, `lines` at most."""
    last = max(longest, length, 1)
    doubled = [1 << power for power in range((last - 1).bit_length() + 1)]
    ends = sorted({*doubled, length})[-lines:]
    return tuple(ends) if length in ends else (length, *ends[1:])


def pooled(parts: Sequence[Lengths], most: int) -> Lengths:
    """One list for several data sets, each with the weight of its rows; `most` lengths where some were sampled."""
    rows = sum(part.rows for part in parts)
    if all(len(part.values) == part.rows for part in parts) or len(parts) == 1:
        return Lengths(tuple(value for part in parts for value in part.values), rows)
    size = min(rows, most)
    values: list[int] = []
    for part in parts:
        count = round(size * part.rows / rows) if rows else 0
        if part.values:
            values += (part.ordered[len(part.values) * place // count] for place in range(count))
    return Lengths(tuple(values), rows)
