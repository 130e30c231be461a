"""Rows for training by rewards: they have a column `prompt`, or a function of the person's makes one."""

from __future__ import annotations

import pytest

from wizard.axolotl.dataset_types import reading
from wizard.axolotl.forms.answer import Detected, Unusable
from wizard.axolotl.forms.detect import detect
from wizard.axolotl.forms.misread import misread
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.versions import of_plan


def head(column: str) -> Head:
    return Head("rows.jsonl", "json", columns=(column,), rows=({column: "2 + 2?"},))


@pytest.mark.parametrize("kind", ["grpo", "gdpo"])
def test_prompts_are_taken_as_they_are_and_other_rows_are_refused(kind: str) -> None:
    plan = Plan({"rl": kind, "datasets": [{"path": "rows.jsonl"}]})
    found = detect(head("prompt"), reading(plan))
    assert isinstance(found, Detected)
    assert found.entry == {"path": "rows.jsonl", "ds_type": "json"}
    other = detect(head("question"), reading(plan))
    assert isinstance(other, Unusable)
    assert "the rows have question: rename one" in other.why
    assert misread({"path": "rows.jsonl"}, head("prompt"), reading(plan), of_plan(plan)) is None
    why = misread({"path": "rows.jsonl"}, head("question"), reading(plan), of_plan(plan))
    assert why == "training by rewards reads prompt, and the rows of rows.jsonl have question"


def test_of_a_function_of_the_persons_nothing_is_known() -> None:
    plan = Plan({"rl": "grpo", "datasets": [{"path": "rows.jsonl", "type": "rewards.prompts"}]})
    assert detect(head("question"), reading(plan)) is None
    assert misread({"path": "rows.jsonl", "type": "rewards.prompts"}, head("question"), reading(plan),
                   of_plan(plan)) is None  # fmt: skip
