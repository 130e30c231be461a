"""Written values as numbers that can be reckoned with."""

from __future__ import annotations

import pytest

from wizard.domain.values import MOST, integer


@pytest.mark.parametrize("value", ["1e308", 1e308, 10**400, 10**30, "9" * 400])
def test_no_number_is_too_large_to_reckon_with(value: object) -> None:
    assert integer(value, 8) in (8, MOST)


@pytest.mark.parametrize("value", [-1, "x", None, float("nan"), float("inf"), [], True])
def test_what_is_no_whole_number_is_the_default(value: object) -> None:
    assert integer(value, 8) == (1 if value is True else 8)
