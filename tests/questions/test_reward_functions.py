"""A reward is named as Python names a function."""

from __future__ import annotations

import pytest

from wizard.domain.errors import InputError
from wizard.questions.kind import OF_KIND
from wizard.questions.question import Situation, TypedQuestion
from wizard.world.presets import preset

FUNCTIONS = next(one for one in OF_KIND if isinstance(one, TypedQuestion) and one.id == "functions")
SITUATION = Situation(preset("grpo-lora-80gb").plan, None, None)


@pytest.mark.parametrize("typed", ["0.1", "rewards.", ".length", "length", "rewards.the length", "a..b"])
def test_what_is_no_function_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="is no function"):
        FUNCTIONS.write(typed, SITUATION)


@pytest.mark.parametrize("typed", ["rewards.length", "trl.rewards.accuracy_reward", "me/model"])
def test_a_function_and_a_model_are_taken(typed: str) -> None:
    block = FUNCTIONS.write(typed, SITUATION)["trl"]
    assert isinstance(block, dict)
    assert block["reward_funcs"] == [typed]
