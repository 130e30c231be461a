"""Which keys of an entry its type reads, and where keys of a block under `type` belong."""

from __future__ import annotations

import pytest

from wizard.axolotl import beta, datasets, row_keys
from wizard.axolotl.base import folders, packed_by
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.knowledge.axolotl.versions import newest


def unread(**entry: object) -> list[str]:
    plan = Plan({"datasets": [{"path": "d.jsonl", **entry}]})
    return row_keys.unread(plan, datasets.entries(plan)[0], dataset_types(newest()))


@pytest.mark.parametrize("kind", ["alpaca", "alpaca:chat", "alpaca_w_system.load_open_orca", {"field_output": "o"}])
def test_what_other_types_do_not_read(kind: object) -> None:
    assert unread(type=kind, roles_to_train=["user"], field_messages="conversations", shards=2) == [
        "roles_to_train",
        "field_messages",
    ]


@pytest.mark.parametrize("kind", ["messages", "my_module.my_type", "no_such_type", None])
def test_nothing_is_said_of_a_type_that_is_not_known(kind: object) -> None:
    assert unread(type=kind, roles_to_train=["user"]) == []


def test_what_a_type_reads_and_what_changes_nothing_is_passed_over() -> None:
    assert unread(type="chat_template", roles_to_train=["user"], message_field_role="from") == []
    assert unread(type="completion", field="body") == []
    assert unread(type="alpaca", roles_to_train=["assistant"], train_on_eos="turn", drop_system_message=False) == []


def moved(**entry: object) -> dict[str, object] | None:
    plan = Plan({"datasets": [{"path": "d.jsonl", **entry}]})
    return row_keys.into_block(datasets.entries(plan)[0])


def test_keys_of_a_block_go_into_it_where_it_has_room() -> None:
    assert moved(field_output="a", split="train") == {
        "path": "d.jsonl",
        "split": "train",
        "type": {"field_output": "a"},
    }
    assert moved(field_output="a", type="alpaca") is None
    assert moved(field_output="a", type={"field_output": "b"}) is None


def test_an_adapter_folder_is_read_only_beside_an_adapter() -> None:
    assert folders(Plan({"lora_model_dir": "./a", "resume_from_checkpoint": "./b"})) == {
        "resume_from_checkpoint": "./b"
    }
    assert folders(Plan({"adapter": "lora", "lora_model_dir": "./a"})) == {"lora_model_dir": "./a"}


@pytest.mark.parametrize(
    ("name", "method"),
    [("unsloth/x-bnb-4bit", "bitsandbytes"), ("a/x-AWQ", "awq"), ("a/x-GPTQ-Int4", "gptq"), ("a/awqward-1b", None)],
)
def test_the_name_of_a_packed_checkpoint(name: str, method: str | None) -> None:
    assert packed_by(Plan({"base_model": name}), None) == method


@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        ({"rl_beta": 0}, "rl_beta", 0.0),
        ({"dpo_beta": -1}, "dpo_beta", -1.0),
        ({"rl_beta": 0.2, "dpo_beta": 1}, "rl_beta", 0.2),
    ],
)
def test_which_beta_counts(written: dict[str, object], key: str, value: float) -> None:
    assert (beta.key(Plan(written)), beta.value(Plan(written))) == (key, value)
