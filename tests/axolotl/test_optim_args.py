"""What is read of `optim_args`, however it is written."""

from __future__ import annotations

import pytest

from wizard.axolotl.optim_args import names
from wizard.domain.plan import Plan


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("betas=0.9, eps=1e-8", ("betas", "eps")),
        ("eps1e-8", ()),
        ("eps1e-8,weight_decay=0", ("weight_decay",)),
        ({"eps": 1e-8}, ("eps",)),
        (None, ()),
        (3, ()),
    ],
)
def test_a_part_without_an_equals_sign_names_nothing(written: object, read: tuple[str, ...]) -> None:
    assert names(Plan({"optim_args": written})) == read
