"""Lengths of rows: shares, what is kept, and bars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.domain.lengths import Lengths, Measured, edges, pooled

VALUES = st.lists(st.integers(1, 5000), max_size=200).map(tuple)


def of(*values: int) -> Lengths:
    return Lengths(values, len(values))


def test_shares_percentiles_and_tokens() -> None:
    four = Lengths((40, 10, 30, 20), 8)
    assert (four.over(20), four.over(40), four.under(20)) == (0.5, 0.0, 0.25)
    assert [four.percentile(share) for share in (0.0, 0.25, 0.5, 0.51, 1.0)] == [10, 10, 20, 30, 40]
    assert (four.tokens, four.longest) == (200, 40)
    assert four.tokens_over(25) == pytest.approx((5 + 15) / 100)


def test_of_nothing_there_is_nothing() -> None:
    none = of()
    assert (none.tokens, none.longest, none.percentile(0.5), none.over(1), none.tokens_over(1)) == (0, 0, 0, 0.0, 0.0)
    assert none.kept(8, "drop") == none
    assert none.histogram((1, 2)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("strategy", "values"),
    [("drop", (5, 8)), ("raise", (5, 8)), ("truncate", (5, 8, 8)), ("cut", (5, 8, 8, 8, 3))],
)
def test_what_is_kept_of_long_rows(strategy: str, values: tuple[int, ...]) -> None:
    kept = Lengths((5, 8, 19, 1), 40).kept(8, strategy)
    assert kept == Lengths(values, 10 * len(values))


def test_completion_cuts_64_pieces_at_most() -> None:
    assert len(of(1000).kept(8, "cut").values) == 64


@given(VALUES, st.integers(1, 6000), st.integers(0, 500))
def test_a_longer_limit_cuts_no_more(values: tuple[int, ...], length: int, more: int) -> None:
    lengths = of(*values)
    assert lengths.over(length + more) <= lengths.over(length)
    assert lengths.tokens_over(length + more) <= lengths.tokens_over(length)
    assert lengths.kept(length, "drop").rows <= lengths.kept(length + more, "drop").rows


@given(VALUES, st.integers(2, 6000), st.sampled_from(["drop", "truncate", "cut"]))
def test_what_is_kept_fits(values: tuple[int, ...], length: int, strategy: str) -> None:
    kept = of(*values).kept(length, strategy)
    assert all(2 <= value <= length for value in kept.values)
    assert kept.rows == len(kept.values)
    assert kept.tokens <= sum(values)


@given(VALUES.filter(bool), st.integers(1, 9000))
def test_the_bars_hold_every_row_once(values: tuple[int, ...], length: int) -> None:
    ends = edges(max(values), length)
    bars = of(*values).histogram(ends)
    assert sum(bars) == pytest.approx(1)
    assert len(ends) == len(bars) <= 10
    assert list(ends) == sorted(set(ends))
    assert ends[-1] >= max(*values, length)
    assert length in ends
    direct = sum(value <= ends[0] for value in values) / len(values)
    assert bars[0] == pytest.approx(direct)


def test_a_spread_is_ordered_whatever_the_figure_does() -> None:
    measured = Measured(of(4), of(5), of(9))
    assert not measured.exact
    assert measured.spread(lambda one: -one.tokens).low == -9
    assert measured.spread(lambda one: one.tokens).high == 9
    same = Measured(of(4), of(4), of(4))
    assert same.exact
    assert same.spread(lambda one: one.tokens).low == 4


def test_pooled_sets_weigh_by_their_rows() -> None:
    assert pooled([of(1, 2), of(3)], 10) == of(1, 2, 3)
    mixed = pooled([Lengths((10, 20), 900), Lengths((5,), 100)], 100)
    assert mixed.rows == 1000
    assert (mixed.values.count(5), mixed.values.count(10), mixed.values.count(20)) == (10, 45, 45)
