"""A warmup as long as the run is known from the file, as Axolotl counts its steps."""

from __future__ import annotations

import pytest

from wizard.axolotl.schedule import all_warmup
from wizard.domain.plan import Plan


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ({}, False),
        ({"warmup_steps": 1}, False),
        ({"warmup_steps": 1, "max_steps": 1}, False),
        ({"warmup_steps": 1, "max_steps": 2}, True),
        ({"warmup_steps": 2, "max_steps": 2}, True),
        ({"warmup_steps": 2, "max_steps": 100}, False),
        ({"warmup_steps": 0, "max_steps": 100}, False),
        ({"warmup_ratio": 1.0}, True),
        ({"warmup_ratio": 0.5, "max_steps": 2}, False),
        ({"warmup_ratio": 1.0, "max_steps": 20}, True),
        ({"warmup_ratio": 1.0, "max_steps": 20, "rl": "dpo"}, False),
        ({"warmup_ratio": 1.0, "max_steps": 1, "rl": "dpo"}, False),
        ({"warmup_ratio": 1.0, "rl": "dpo"}, True),
    ],
)
def test_of_one_step_are_made_two(written: dict[str, object], whole: bool) -> None:
    assert all_warmup(Plan(written)) is whole
