"""The models that a wizard offers first: for this machine, this data and the present settings."""

from __future__ import annotations

import pytest

from tests.session.scripts import Noted
from wizard.knowledge.gpus import named_machine
from wizard.memory import estimate
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.model_search import filters, offered
from wizard.session.opening import Opening
from wizard.session.results import ModelTaken
from wizard.world.presets import preset


def begun(gpu: str, name: str = "qlora-24gb") -> Conversation:
    return Conversation(Opening(preset(name).plan, named_machine(gpu), name, "axolotl.yml"), Noted("rtx-4090"))


@pytest.mark.parametrize("gpu", ["rtx-3060-12gb", "rtx-4090", "a100-80gb"])
def test_three_to_five_each_with_its_figure(gpu: str) -> None:
    session = begun(gpu)
    found = offered(session.state)
    assert 3 <= len(found) <= 5
    for one in found:
        assert "instruct" in one.row.kinds
        model, note = session.outside.model(one.id)
        done = answers.take_model(session, one.id, model, note, one.method)
        assert isinstance(done, ModelTaken)
        assert session.needs == one.needs
        assert session.review.fit == "fits"
        session.undo()


def test_one_that_needs_a_cheaper_method_says_so_and_brings_it_along() -> None:
    session = begun("rtx-4090", "lora-24gb")
    other = next(one for one in offered(session.state) if one.method)
    assert other.method == "qlora"
    assert other.facts.endswith("Fits as QLoRA.")
    answers.take_model(session, other.id, *session.outside.model(other.id), other.method)
    assert (session.state.plan["base_model"], session.state.plan["adapter"]) == (other.id, "qlora")
    session.undo()
    assert session.state.plan["adapter"] == "lora"


def test_rows_with_images_ask_for_models_that_see() -> None:
    session = begun("rtx-4090", "vision-lora-24gb")
    found = offered(session.state)
    assert found
    assert all("vision" in one.row.kinds for one in found)


def test_plain_text_asks_for_base_models_and_long_rows_for_long_ones() -> None:
    session = begun("a100-80gb")
    text = session.state.with_fields({"datasets": [{"path": "x", "type": "completion"}]})
    assert all("base" in one.row.kinds for one in offered(text))
    long = session.state.with_fields({"sequence_len": 60_000})
    assert all(one.row.context >= 60_000 for one in offered(long))


def test_kind_and_size_can_be_wanted() -> None:
    state = begun("rtx-4090").state
    assert all("code" in one.row.kinds for one in offered(state, "code"))
    assert all(one.size <= 2e9 for one in offered(state, None, 2_000_000_000))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ("", None, None)),
        ("qwen3 8b", ("qwen3 8b", None, None)),
        ("code", ("", "code", None)),
        ("Vision <8B", ("", "vision", 8_000_000_000)),
        ("<500m llama", ("llama", None, 500_000_000)),
        ("<1.5 base", ("", "base", 1_500_000_000)),
    ],
)
def test_what_is_typed_is_words_a_kind_and_a_size(typed: str, meant: tuple[object, ...]) -> None:
    assert filters(typed) == meant


def test_without_a_gpu_nothing_is_offered() -> None:
    session = Conversation(Opening(preset("qlora-24gb").plan, None, "qlora-24gb", "x.yml"), Noted("rtx-4090"))
    assert offered(session.state) == []


def test_what_is_offered_costs_what_it_says() -> None:
    session = begun("rtx-4090")
    first = offered(session.state)[0]
    model, _ = session.outside.model(first.id)
    assert model is not None
    after = session.state.with_model(first.id, model, None)
    assert estimate(after.plan, model, session.state.machine).device.likely == first.needs
