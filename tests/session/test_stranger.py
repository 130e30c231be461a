"""The ways to go on with a model that is found nowhere here."""

from __future__ import annotations

import pytest

from tests.session.test_conversation import begun
from wizard.knowledge.models.of_size import size_in
from wizard.session.answers import take_preset, take_shapes
from wizard.session.draft import draft_of, from_mapping, to_mapping
from wizard.session.opening import resumed
from wizard.session.results import ModelTaken, PresetTaken, Refused
from wizard.session.stranger import Onward, alike, may_be_one, way_of
from wizard.world.presets import preset


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("hub", Onward("hub")),
        ("HUB", Onward("hub")),
        ("shapes as Qwen3-8B", Onward("like", "Qwen3-8B")),
        ("as  qwen3-8b", Onward("like", "qwen3-8b")),
        ("about 7b", Onward("like", "about 7B")),
        ("7B", Onward("like", "about 7B")),
        ("qwen3", None),
        ("shapes as", None),
        ("", None),
    ],
)
def test_a_way_is_told_in_words(text: str, way: Onward | None) -> None:
    assert way_of(text) == way


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("acme/secret-7b", "about 7B"),
        ("acme/Secret-1.5B-chat", "about 1.5B"),
        ("./runs/tiny-350m", "about 350M"),
        ("acme/secret", ""),
        ("7b/secret", ""),
        ("acme/v2b7", ""),
    ],
)
def test_a_size_in_the_name_is_proposed(name: str, size: str) -> None:
    assert size_in(name) == size


def test_a_text_means_a_size_or_models() -> None:
    assert alike("7b") == ["about 7B"]
    assert alike("qwen3-8b")[0] == "Qwen/Qwen3-8B"
    assert alike("no such thing at all") == alike(" ") == []


@pytest.mark.parametrize(("name", "may"), [("acme/x", True), ("./x", True), ("~x", True), ("x", False), ("", False)])
def test_an_id_or_a_folder_may_be_a_stranger(name: str, may: bool) -> None:
    assert may_be_one(name) is may


@pytest.mark.parametrize(("like", "shapes"), [("qwen3-4b", "Qwen/Qwen3-4B"), ("about 7B", "about 7B")])
def test_the_file_keeps_the_name_and_the_figures_are_those_of_the_shapes(like: str, shapes: str) -> None:
    session = begun()
    done = take_shapes(session, "acme/secret", like)
    assert isinstance(done, ModelTaken)
    assert (done.name, done.shapes) == ("acme/secret", shapes)
    assert session.state.plan.get("base_model") == "acme/secret"
    assert session.state.model is not None
    assert session.state.model.id == shapes
    assert session.review.estimate is not None
    assert session.review.estimate.warnings
    assert "base_model: acme/secret" in session.rendered()
    session.undo()
    assert session.state.plan.get("base_model") == "Qwen/Qwen3-8B"


def test_it_stays_when_another_preset_is_taken_and_when_the_work_is_gone_on_with() -> None:
    session = begun()
    take_shapes(session, "acme/secret", "7B")
    assert isinstance(take_preset(session, preset("qlora-12gb")), PresetTaken)
    assert session.state.model is not None
    assert session.state.model.id == "about 7B"
    draft = from_mapping(to_mapping(draft_of(session.state, step=1, target="x.yml", saved="2026-01-01")))
    assert draft is not None
    assert "acme/secret" in draft.begun
    fresh = begun()
    state, _ = resumed(draft, fresh.state, fresh.outside)
    assert state.plan.get("base_model") == "acme/secret"
    assert state.model is not None
    assert state.model.id == "about 7B"


def test_shapes_of_nothing_are_refused() -> None:
    session = begun()
    assert isinstance(take_shapes(session, "acme/secret", "acme/other"), Refused)
    assert session.state.plan.get("base_model") == "Qwen/Qwen3-8B"
