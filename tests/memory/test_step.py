"""What an optimizer's step needs for a moment."""

from __future__ import annotations

from tests.builders import FULL, model, plan
from wizard.memory import estimate


def test_a_decay_makes_a_copy_of_all_gradients_of_sgd() -> None:
    """torch 2.13 optim/sgd.py: its foreach step adds the decay to the gradients into new tensors."""
    decayed, plain = (
        estimate(plan(FULL, optimizer="sgd", weight_decay=decay), model()).phases["optimizer"] for decay in (0.1, 0.0)
    )
    assert decayed - plain == 2 * model().parameters
