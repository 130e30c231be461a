"""What Axolotl's loaders do with the `type` of an entry, by its name alone."""

from __future__ import annotations

import pytest

from wizard.axolotl.dataset_types import Answer, answer
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.knowledge.axolotl.versions import newest


@pytest.mark.parametrize(
    ("kind", "name", "does"),
    [
        ("supervised", "alpaca", "loads"),
        ("supervised", "alpaca:phi", "loads"),
        ("supervised", "alpaca:nothing", "fails"),
        ("supervised", "user_defined", "fails"),
        ("supervised", "mine.own", "foreign"),
        ("supervised", "mine.load_own", "fails"),
        ("dpo", "chatml.intel", "loads"),
        ("dpo", "chatml.nothing", "fails"),
        ("dpo", "user_defined", "fails"),
        ("dpo", "user_defined.default", "fails"),
        ("dpo", "mine.own", "foreign"),
        ("dpo", "a.package.of.mine", "foreign"),
    ],
)
def test_whose_module_a_name_is(kind: str, name: str, does: Answer) -> None:
    """A block is what `user_defined` wants, so that its name alone loads nothing."""
    assert answer(dataset_types(newest()), kind, name) == does
