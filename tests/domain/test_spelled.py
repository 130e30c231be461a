"""A number is written as the person wrote it, and stays so."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest
import yaml

from tests.session.scripts import Noted
from wizard.domain.plan import Plan
from wizard.domain.spelled import Spelled, spelled, text_of
from wizard.output.yaml import faithful, flow, written
from wizard.session.conversation import Conversation
from wizard.session.every_key import set_key
from wizard.session.filing import ready, write
from wizard.session.opening import Opening
from wizard.session.results import Changed
from wizard.session.writing import Pending
from wizard.world.drafts import Drafts
from wizard.world.rewrite import rewrite
from wizard.world.yamlfile import parse

BASE = {"base_model": "meta-llama/Llama-3.2-1B", "adapter": "lora", "lora_r": 8, "learning_rate": 0.0002,
        "micro_batch_size": 1, "datasets": [{"path": "some/data", "type": "alpaca"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("1e-4", "1.0e-4"), ("1E-4", "1.0e-4"), ("2.5e-5", "2.5e-5"), ("1.0e-4", "1.0e-4"), ("1e-05", "1.0e-05"),
        ("0.0001", "0.0001"), ("0.0002", "0.0002"), ("0.10", "0.10"), (" 3e-6 ", "3.0e-6"), ("5.e-5", "5.e-5"),
        (".5", "0.5"), ("2", "2.0"),
    ],
)  # fmt: skip
def test_a_number_stands_as_it_was_typed(typed: str, stands: str) -> None:
    value = spelled(typed)
    assert value == float(typed)
    text = written({"learning_rate": value})
    assert text == f"learning_rate: {stands}\n"
    assert flow({"a": value}) == f"{{a: {stands}}}"
    assert yaml.safe_load(text)["learning_rate"] == float(typed)
    assert faithful(text, Plan({"learning_rate": value})) == text
    again = parse(text, "a.yml").values
    assert written(again) == text


def test_it_is_a_number_in_all_else() -> None:
    value = spelled("1e-4")
    assert isinstance(value, Spelled)
    assert (hash(value), json.dumps(value), value * 2) == (hash(0.0001), "0.0001", 0.0002)
    for again in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert text_of(again) == "1.0e-4"


def test_the_same_number_in_other_words_is_no_change_of_a_file() -> None:
    text = "learning_rate: 1.0e-4  # mine\n"
    assert rewrite(text, {"learning_rate": 0.0001}, "a.yml") == text
    assert rewrite(text, {"learning_rate": 1e-6}, "a.yml") == "learning_rate: 1.0e-06  # mine\n"
    assert rewrite(text, {"learning_rate": spelled("1e-6")}, "a.yml") == "learning_rate: 1.0e-6  # mine\n"


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e999"])
def test_what_is_no_finite_number_has_no_text(typed: str) -> None:
    assert not isinstance(spelled(typed), Spelled)


def test_a_text_that_is_another_number_is_refused() -> None:
    with pytest.raises(ValueError, match="is not"):
        Spelled(0.1, "0.2")


def test_it_is_written_and_opened_and_left_and_resumed_as_typed(tmp_path: Path) -> None:
    outside = Noted("rtx-4090")
    target = tmp_path / "axolotl.yml"
    session = Conversation(Opening(Plan(BASE), outside.here, "none", str(target)), outside)
    for path, text in (("learning_rate", "1e-4"), ("trl.beta", "4e-2")):
        assert isinstance(set_key(session, path, text), Changed)
    assert "learning_rate: 1.0e-4" in session.rendered()
    pending = ready(session)
    assert isinstance(pending, Pending)
    write(session, pending)
    plan, text = outside.opened(str(target))
    own = Conversation(Opening(plan, outside.here, None, str(target), file=str(target), text=text), outside)
    assert isinstance(set_key(own, "weight_decay", "1e-3"), Changed)
    assert "learning_rate: 1.0e-4" in own.rendered()
    assert "beta: 4.0e-2\n" in own.rendered()
    assert "weight_decay: 1.0e-3" in own.rendered()
    drafts = Drafts(tmp_path / "drafts")
    drafts.save({"plan": dict(session.state.plan.values)})
    assert drafts.failed is None
    kept = next((tmp_path / "drafts").glob("*.yml")).read_text("utf-8")
    assert "learning_rate: 1.0e-4" in kept
    assert text_of(parse(kept, "d.yml").values["plan"]["learning_rate"]) == "1.0e-4"  # type: ignore[index]
