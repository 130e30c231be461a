"""Rows with images: whose turns Axolotl finds, which template is taken for them, and what is shown as learned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import LORA, plan
from wizard.axolotl.image_turns import learns_all, usual
from wizard.axolotl.template_choice import for_model, suited
from wizard.data.seen import Marking, seen
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.templates import knows_turns, template_of_images
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.review import review
from wizard.world.presets import preset, shipped

QWEN = "Qwen/Qwen2.5-VL-3B-Instruct"
IMAGES: dict[str, Any] = {**LORA, "base_model": QWEN, "processor_type": "AutoProcessor", "image_size": 512}
SEEING = [name for name in catalogue() if built(name).multimodal]


@pytest.mark.parametrize(
    ("changes", "all_learned"),
    [
        ({}, True),
        ({"chat_template": "tokenizer_default"}, True),
        ({"chat_template": "chatml"}, True),
        ({"chat_template": "qwen2_vl"}, False),
        ({"train_on_inputs": True}, False),
        ({"role_boundaries": [{"role": "assistant", "start": "a"}]}, False),
        ({"tokenizer_use_mistral_common": True}, False),
        ({"processor_type": None}, False),
        ({"rl": "dpo"}, False),
        ({"reward_model": True}, False),
    ],
)
def test_what_tells_turns_apart(changes: dict[str, Any], all_learned: bool) -> None:
    made = plan(IMAGES, **changes)
    assert learns_all(made, "qwen2_5_vl") == all_learned
    told = [one.code for one in review(made, built(QWEN)).findings]
    assert ("MW978" in told) == all_learned
    row = {"messages": [{"role": "user", "content": "ask"}, {"role": "assistant", "content": "say"}]}
    if "rl" not in changes:
        learned = "".join(
            one.text for one in seen(row, {"type": "chat_template"}, made, Marking()).pieces if one.kind == "learned"
        )
        assert ("ask" in learned) == (all_learned or "train_on_inputs" in changes)


@pytest.mark.parametrize("name", SEEING)
def test_every_model_that_sees_gets_the_template_that_is_documented_for_it(name: str) -> None:
    made = plan(IMAGES, base_model=name)
    named = template_of_images(built(name).architecture)
    assert usual(made) == named
    if named is None:
        assert built(name).architecture == "glm4v"
        return
    assert suited(made)["chat_template"] == named
    assert knows_turns(named, None, Version(0, 19))
    assert not learns_all(made.changed(suited(made)), built(name).architecture)


def test_a_mixture_of_qwen_is_told_apart_by_itself_since_0_21() -> None:
    found = [knows_turns(None, "qwen3_5_moe", Version(0, minor)) for minor in (19, 20, 21)]
    assert found == [False, False, True]


def test_presets_with_images_keep_a_template_of_theirs_for_every_model() -> None:
    with_images = [one for one in shipped() if one.plan.get("processor_type")]
    assert len(with_images) == 2
    for one in with_images:
        for name in SEEING:
            model = built(name)
            made = for_model(one.plan, name)
            assert "MW882" not in {found.code for found in review(made, model).findings}
            assert learns_all(made, model.architecture) == (model.architecture == "glm4v")


def test_a_model_of_nobody_keeps_what_is_written() -> None:
    unknown = for_model(preset("vision-lora-24gb").plan, "someone/else-vl")
    assert usual(Plan({"base_model": "someone/else-vl", "processor_type": "AutoProcessor"})) is None
    assert unknown.get("chat_template") in (None, "tokenizer_default", "qwen2_vl")


@pytest.mark.parametrize("changes", [{"chat_template": "tokenizer_default"}, {"train_on_inputs": True}])
def test_where_nothing_tells_turns_apart_the_marks_are_learned_too(changes: dict[str, Any]) -> None:
    """But the place of an image."""
    asked = [{"type": "text", "text": "ask"}, {"type": "image"}, {"type": "text", "text": "more"}]
    row = {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": "say"}]}

    def render(turns: Any, tools: Any, **more: Any) -> str:
        return "".join(f"<{one['role']}>{one['content']}</>" for one in turns)

    found = seen(row, {"type": "chat_template"}, plan(IMAGES, **changes), Marking(render=render))
    assert [(one.text, one.kind) for one in found.pieces] == [
        ("<user>ask", "learned"), ("[image]", "read"), ("more</><assistant>say</>", "learned"),
    ]  # fmt: skip
