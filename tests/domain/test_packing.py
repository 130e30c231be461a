"""Packing and steps against the direct way of doing them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.domain.epoch import Schedule, full_waste, longest_waste, packing_waste, steps
from wizard.domain.lengths import Lengths
from wizard.domain.packing import first_fit, padded, shuffled

ROWS = st.lists(st.integers(1, 64), max_size=120)


def direct(lengths: Sequence[int], capacity: int, group: int, per_bin: int) -> int:
    """Bins, as axolotl 0.19.0 utils/samplers/multipack.py pack_group counts them: each row tries every bin."""
    count = 0
    for begin in range(0, len(lengths), group):
        bins: list[list[int]] = []
        for length in lengths[begin : begin + group]:
            for one in bins:
                if sum(one) + length <= capacity and len(one) < per_bin:
                    one.append(length)
                    break
            else:
                bins.append([length])
        count += len(bins)
    return count


@given(ROWS, st.integers(64, 200), st.integers(1, 130), st.integers(1, 9))
def test_the_tree_packs_as_axolotl_does(lengths: list[int], capacity: int, group: int, per_bin: int) -> None:
    assert first_fit(lengths, capacity, group, per_bin).bins == direct(lengths, capacity, group, per_bin)


@given(ROWS, st.integers(64, 200))
def test_packing_never_needs_fewer_rows_than_there_are_tokens(lengths: list[int], capacity: int) -> None:
    packed = first_fit(lengths, capacity)
    assert packed.bins >= ceil(sum(lengths) / capacity)
    assert packed.bins <= len(lengths)
    assert 0 <= packed.waste < 1
    assert packed.bins <= max(1, 2 * ceil(sum(lengths) / capacity))  # no two bins together would fit in one


@given(
    ROWS, st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.booleans(), st.booleans(),
    st.floats(0.1, 5, allow_nan=False),
)  # fmt: skip
def test_steps_are_those_of_axolotl(
    values: list[int], micro: int, accumulation: int, gpus: int, packing: bool, joined: bool, epochs: float
) -> None:
    schedule = Schedule(64, micro, accumulation, gpus, packing, joined, epochs=epochs)
    batch = micro * accumulation * gpus
    if not values:
        expected = 0
    elif not packing:
        expected = ceil(len(values) * epochs / batch)
    else:
        bins = direct(shuffled(values), 64 * micro if joined else 64, 100_000, 200)
        batches = bins if joined else bins // micro
        expected = floor(max(1, batches * micro // batch) * epochs)
    assert steps(Lengths(tuple(values), len(values)), schedule) == expected


def test_a_sample_stands_for_all_rows() -> None:
    schedule = Schedule(64, 1, 1, 1, packing=True)
    assert steps(Lengths((64,) * 10, 1000), schedule) == 1000
    assert steps(Lengths((32,) * 10, 1000), schedule) == 500
    assert steps(Lengths((32,) * 10, 1000), Schedule(64, 2, 4, 1, packing=False)) == 125


def test_waste() -> None:
    kept = Lengths((32, 32, 64), 3)
    schedule = Schedule(64, 3, 1, 1, packing=True, joined=False)
    assert packing_waste(kept, schedule) == 0
    assert full_waste(kept, schedule) == pytest.approx(64 / 192)
    assert longest_waste(kept, schedule) == pytest.approx(64 / 192)
    assert longest_waste(kept, Schedule(64, 1, 1, 1, packing=False, multiple=1)) == 0


@given(ROWS.filter(bool), st.integers(1, 8), st.integers(1, 64))
def test_padded_slots_hold_every_token(lengths: list[int], batch: int, multiple: int) -> None:
    found = padded(lengths, batch, multiple)
    assert found.bins >= sum(lengths) == found.tokens
    assert found.bins % multiple == 0


def test_a_row_over_the_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than a bin"):
        first_fit([65], 64)


def test_many_rows_take_no_quadratic_time() -> None:
    """100,000 rows: a second or two; tried one by one against each bin they would take hours."""
    packed = first_fit(shuffled(range(1, 100_001)), 100_000)
    assert packed.bins >= 50_000
