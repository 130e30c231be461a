"""Every key of the schema can be set by its name, stands where it belongs, and is read again as it was set."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.picked import picked
from tests.session.scripts import Noted
from wizard.domain.keypath import ABSENT, at, steps_of
from wizard.domain.plan import Plan
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.keys import Key
from wizard.questions.every_key import every, found, one
from wizard.session.conversation import Conversation
from wizard.session.every_key import found_on, set_key, source
from wizard.session.filing import ready, write
from wizard.session.opening import Opening
from wizard.session.results import Changed, Refused
from wizard.session.writing import Pending, WrittenFile

VERSIONS = [version for text in ("0.19", "0.21") if (version := parse_version(text)) is not None]
BASE = {"base_model": "meta-llama/Llama-3.2-1B", "adapter": "lora", "lora_r": 8, "learning_rate": 0.0002,
        "micro_batch_size": 1, "gradient_accumulation_steps": 1, "sequence_len": 512,
        "datasets": [{"path": "some/data", "type": "alpaca"}]}  # fmt: skip
TEXTS = ("true", "1", "0.5", "2", "some text", "[a, b]", "[1, 2]", "{a: 1}", "{a: b}", "[{a: 1}]", "{}", "[[0, 4]]",
         "64", "{a: [1]}", "[0.1, 0.2]", "{'0': [1]}")  # fmt: skip


def begun(version: Version, folder: Path) -> Conversation:
    plan = Plan(BASE).for_axolotl(version)
    return Conversation(Opening(plan, Noted("rtx-4090").here, "none", str(folder / "axolotl.yml")), Noted("rtx-4090"))


def reopened(path: Path, version: Version) -> Conversation:
    outside = Noted("rtx-4090")
    outside.axolotl = version
    plan, text = outside.opened(str(path))
    return Conversation(Opening(plan, outside.here, None, str(path), file=str(path), text=text), outside)


def written(session: Conversation) -> Path:
    pending = ready(session)
    assert isinstance(pending, Pending)
    assert isinstance(write(session, pending), WrittenFile)
    return Path(pending.path)


def sample(key: Key, session: Conversation, path: str) -> Changed:
    """What is done by the first text that the key takes as another value."""
    texts = [str(value) for value in key.values] + [text for text in TEXTS if text not in key.values]
    refused = []
    for text in texts:
        done = set_key(session, path, text)
        if isinstance(done, Changed):
            return done
        refused.append(done)
    raise AssertionError(f"{path} takes none of {texts}: {refused}")


PARTS = [(version, part) for place, version in enumerate(VERSIONS) for part in picked(range(8), 4, 1 + 2 * place)]
BETWEEN = Version(0, 20)
"""Of this one a sample: what it has, one of the two others has, but for a few."""


@pytest.mark.parametrize(("version", "part"), [*PARTS, (BETWEEN, 3)])
def test_every_key_is_set_written_and_read_again(version: Version, part: int, tmp_path: Path) -> None:
    rows = every(Plan(BASE).for_axolotl(version))[part::8]
    for number, row in enumerate(rows):
        folder = tmp_path / str(number)
        folder.mkdir()
        session = begun(version, folder)
        path, done = row.path, sample(row.key, session, row.path)
        steps = steps_of(path)
        set_to = at(session.state.plan.values, steps)
        assert set_to is not ABSENT, path
        assert source(session.state, row.key.top) == "you"
        file = written(session)
        text = file.read_text(encoding="utf-8")
        assert at(yaml.safe_load(text), steps) == set_to, path
        assert "# Everything else" not in text, f"{path} has no place in wizard/knowledge/layout.toml"
        again = reopened(file, version)
        assert at(again.state.plan.values, steps) == set_to, path
        assert source(again.state, row.key.top) == "your file"
        assert again.rendered() == text
        assert isinstance(session.undo(), Changed)
        assert session.state.plan.values == BASE
        assert done.says.startswith(path)


@pytest.fixture
def session(tmp_path: Path) -> Conversation:
    return begun(VERSIONS[-1], tmp_path)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("learning_rate", "3e-4", 0.0003), ("wandb_name", "2024", "2024"), ("eval_strategy", "no", "no"),
        ("save_strategy", "no", "no"), ("lora_r", "1_6", 16), ("bf16", "auto", "auto"), ("bf16", "yes", True),
        ("eot_tokens", "['<end_of_turn>']", ["<end_of_turn>"]), ("trl.beta", "0.04", 0.04),
        ("special_tokens", "pad_token: <pad>", {"pad_token": "<pad>"}), ("special_tokens.pad_token", "<pad>", "<pad>"),
        ("lr_scheduler_kwargs.min_lr", "1e-6", 1e-6), ("my_key", "5E-3", 0.005), ("my_key", "1e", "1e"),
        ("my_key", "'1e-3'", "1e-3"), ("lr_scheduler_kwargs", "min_lr: 1e-6", {"min_lr": 1e-6}),
        ("my_key", "{é: [2e-3, '2e-3']}", {"é": [0.002, "2e-3"]}),
        ("my_key", "inf", "inf"), ("datasets[1].path", "more/rows", "more/rows"),
        ("fsdp_config.state_dict_type", "FULL_STATE_DICT", "FULL_STATE_DICT"), ("chat_template", "a: b {c", "a: b {c"),
        ("datasets[0].type.field_system", "system", "system"), ("wandb_run_id", "[7", "[7"),
    ],
)  # fmt: skip
def test_a_text_becomes_what_the_key_takes(path: str, text: str, value: object, session: Conversation) -> None:
    assert isinstance(set_key(session, path, text), Changed)
    assert at(session.state.plan.values, steps_of(path)) == value
    set_key(session, path, "")
    assert one(session.state.plan, path).value is ABSENT


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("lora_r", "many", "lora_r takes a whole number"), ("lora_r", "0", "lora_r is 1 or more"),
        ("sample_packing", "perhaps", "sample_packing takes true or false"),
        ("trl.beta", "[1]", "trl.beta takes a number"), ("trl", "[a", "not valid YAML"),
        ("trl", "a: 1\na: 2", "`a` is given twice"), ("datasets[4].path", "x", "there is no entry [4]"),
        ("my key", "1", "'my key' is no key"), ("my_key.inner.", "1", "is no key"),
        ("lr_scheduler_kwargs", "min_lr: 1\n  b: [", "(line 2)"), ("my_key", "a: b: c", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_axolotl_does_not_take_is_refused_in_a_sentence(
    path: str, text: str, why: str, session: Conversation
) -> None:
    before = session.state
    done = set_key(session, path, text)
    assert isinstance(done, Refused)
    assert why in done.reason
    assert "\n" not in done.reason
    assert session.state is before


def test_a_plugin_comes_with_its_key(session: Conversation) -> None:
    done = set_key(session, "liger_rope", "true")
    assert isinstance(done, Changed)
    assert done.also == ("plugins",)
    assert session.state.plan["plugins"] == ["axolotl.integrations.liger.LigerPlugin"]
    set_key(session, "liger_rms_norm", "true")
    assert session.state.plan["plugins"] == ["axolotl.integrations.liger.LigerPlugin"]


def test_a_key_that_axolotl_has_not_is_taken_with_a_warning(session: Conversation) -> None:
    done = set_key(session, "gradient_checkpoint", "true")
    assert isinstance(done, Changed)
    assert session.state.plan["gradient_checkpoint"] is True
    assert [finding.code for finding in found_on(done, "gradient_checkpoint")] == ["MW801"]
    assert one(session.state.plan, "gradient_checkpoint").free
    assert "gradient_checkpoint" in [row.path for row in every(session.state.plan) if row.free]
    assert "# Everything else\ngradient_checkpoint: true" in session.rendered()


def test_what_would_stop_the_run_is_taken_and_told(session: Conversation) -> None:
    done = set_key(session, "adapter", "qlora")
    assert isinstance(done, Changed)
    assert done.also == ()
    assert found_on(done, "adapter")[0].severity == "error"


def test_another_base_model_is_looked_up(session: Conversation) -> None:
    set_key(session, "base_model", "Qwen/Qwen2.5-7B")
    assert session.state.model is not None
    assert session.state.model.id == "Qwen/Qwen2.5-7B"
    set_key(session, "base_model", "nobody/knows-this")
    state = session.state
    assert state.model is None
    assert state.model_note


def test_in_an_own_file_all_else_keeps_every_byte(tmp_path: Path) -> None:
    text = "# mine\nbase_model: meta-llama/Llama-3.2-1B  # the base\ntrl:\n  beta: 0.1  # kept\nlearning_rate: 1e-4\n"
    path = tmp_path / "mine.yml"
    path.write_text(text, encoding="utf-8")
    session = reopened(path, VERSIONS[-1])
    set_key(session, "trl.beta", "0.2")
    set_key(session, "weight_decay", "0.01")
    set_key(session, "trl.max_completion_length", "64")
    set_key(session, "learning_rate", "")
    now = session.rendered()
    assert "# mine\nbase_model: meta-llama/Llama-3.2-1B  # the base\n" in now
    assert "  beta: 0.2  # kept\n" in now
    assert yaml.safe_load(now) == dict(session.state.plan.values)
    assert (source(session.state, "base_model"), source(session.state, "trl")) == ("your file", "you")


@pytest.mark.parametrize(
    ("words", "first", "has"),
    [
        ("seed", "seed", "seed"), ("warmup", "warmup_ratio", "warmup_steps"),
        ("mlflow experiment", "mlflow_experiment_name", "mlflow_experiment_name"),
        ("trl beta", "trl.beta", "trl.beta"), ("mlflow", "", "mlflow_tracking_uri"),
        ("how often is it saved?", "", "save_steps"), ("which learning rate schedule", "", "lr_scheduler"),
        ("push the model to the hub", "hub_model_id", "hub_strategy"),
    ],
)  # fmt: skip
def test_a_key_is_found_by_its_name_or_its_meaning(words: str, first: str, has: str, session: Conversation) -> None:
    hits = [row.path for row in found(every(session.state.plan), words)]
    assert has in hits
    assert not first or hits[0] == first


def test_a_word_that_no_key_has_finds_none_for_it_may_be_a_key(session: Conversation) -> None:
    assert found(every(session.state.plan), "my_own_plugin_key") == []
    assert found(every(session.state.plan), "zzz qqq xyz") == []
