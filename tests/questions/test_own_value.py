"""A value that is none of the answers stands among them."""

from __future__ import annotations

import pytest

from tests.builders import LORA, machine, model, plan
from wizard.questions.own_value import own_value
from wizard.questions.question import Choice, Situation
from wizard.questions.steps import questions


@pytest.mark.parametrize(
    ("identity", "changes", "label"),
    [
        ("optimizer", {"optimizer": "muon"}, "muon, from your file"), ("optimizer", {"optimizer": "adafactor"}, None),
        ("schedule", {"lr_scheduler": "rex"}, "rex, from your file"), ("schedule", {}, None),
        ("targets", {"lora_target_linear": None, "lora_target_modules": ["q_proj"]}, "[q_proj], from your file"),
        ("attention", {"attn_implementation": "xformers"}, "xformers, from your file"),
    ],
)  # fmt: skip
def test_it_is_one_more_answer_that_keeps_it(identity: str, changes: dict[str, object], label: str | None) -> None:
    choice = next(one for _, one in questions() if one.id == identity)
    assert isinstance(choice, Choice)
    now = Situation(plan(LORA, **changes), model(), machine("rtx-4090"))
    found = own_value(choice, choice.options(now), now, lambda field: "your file")
    assert (found.label if found else None) == label
    assert found is None or not found.changes
