"""Whether something is lost where Axolotl drops a key of an entry: not where it says what happens without it."""

from __future__ import annotations

import pytest

from wizard.axolotl.datasets import entries, matters
from wizard.axolotl.turns import added
from wizard.domain.plan import Plan


@pytest.mark.parametrize(
    ("name", "usual", "other"),
    [
        ("ds_type", "json", "csv"),
        ("chat_template", "tokenizer_default", "chatml"),
        ("roles", {"user": ["user"], "assistant": ["assistant"]}, {"user": ["human"]}),
        ("roles", {}, "user"),
        ("message_property_mappings", {"role": "role"}, {"role": "from"}),
        ("message_field_role", "role", "from"),
        ("message_field_content", "content", "value"),
        ("roles_to_train", ["assistant"], ["user"]),
        ("train_on_eos", None, "all"),
        ("anything", False, True),
    ],
)
def test_what_is_so_without_a_key_is_not_lost_with_it(name: str, usual: object, other: object) -> None:
    for value, lost in ((usual, False), (other, True)):
        plan = Plan({"datasets": [{"path": "rows.jsonl", "type": "chat_template", name: value}]})
        assert matters(plan, entries(plan)[0], name) is lost, value


def test_the_files_own_template_is_what_an_entry_has_without_one() -> None:
    plan = Plan({"chat_template": "chatml", "datasets": [{"path": "rows.jsonl", "chat_template": "chatml"}]})
    assert not matters(plan, entries(plan)[0], "chat_template")
    assert matters(plan.changed({"chat_template": "llama3"}), entries(plan)[0], "chat_template")


def test_an_ending_says_what_a_file_is() -> None:
    plan = Plan({"datasets": [{"path": "rows.csv", "ds_type": "csv"}, {"path": "rows.csv", "ds_type": "json"}]})
    assert [matters(plan, one, "ds_type") for one in entries(plan)] == [False, True]


def test_each_way_to_put_a_token_into_the_vocabulary() -> None:
    written = {"tokens": ["<a>"], "added_tokens_overrides": {128041: "<b>"}, "special_tokens": {"pad_token": "<c>"}}
    assert added(Plan(written)) == {"<a>", "<b>", "<c>"}
