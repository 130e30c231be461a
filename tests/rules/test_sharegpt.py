"""MW808: `type: sharegpt` in each of its forms, as `type: chat_template`."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.domain.finding import Fix
from wizard.domain.plan import Plan
from wizard.review import review

MAPPED = {
    "path": "a",
    "type": "chat_template",
    "field_messages": "conversations",
    "message_property_mappings": {"role": "from", "content": "value"},
}


def fixed(*entries: dict[str, Any], **more: Any) -> Fix | None:
    plan = Plan({"datasets": [{"path": "a", **entry} for entry in entries], **more})
    (one,) = [one for one in review(plan, None).findings if one.code == "MW808"]
    return one.fix


def made(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    fix = fixed(*entries, **more)
    assert fix is not None
    return dict(fix.changes)


@pytest.mark.parametrize(
    "kind", ["sharegpt", "sharegpt:chat", "sharegpt.load", "sharegpt_simple", "sharegpt_simple.load"]
)
def test_the_plain_type_in_each_spelling(kind: str) -> None:
    assert made({"type": kind}) == {"datasets": [MAPPED]}


def test_a_conversation_that_all_have_becomes_the_template_at_the_top() -> None:
    asked = [{"type": "sharegpt", "conversation": "chatml"}] * 2
    assert made(*asked) == {"chat_template": "chatml", "datasets": [MAPPED, MAPPED]}


def test_a_template_at_the_top_stays_and_another_stands_at_its_entry() -> None:
    asked = {"type": "sharegpt", "conversation": "llama-3"}
    assert made(asked, chat_template="chatml") == {"datasets": [{**MAPPED, "chat_template": "llama3"}]}


def test_roles_of_the_loaders_and_of_the_entry() -> None:
    (guanaco,) = made({"type": "sharegpt.load_guanaco"})["datasets"]
    assert guanaco["message_property_mappings"] == {"role": "role", "content": "text"}
    assert guanaco["roles"] == {"user": ["prompter"], "assistant": ["assistant"], "system": ["system"]}
    (named,) = made({"type": "sharegpt", "field_human": "q", "field_model": "a", "roles": {"output": ["tool"]}})[
        "datasets"
    ]
    assert named["roles"] == {"user": ["q"], "assistant": ["a"], "system": ["system"]}
    assert named["roles_to_train"] == ["assistant", "tool"]
    assert not {"field_human", "field_model"} & set(named)


def test_what_the_old_prompts_were_is_asked_where_nothing_says_it() -> None:
    silent, named = fixed({"type": "sharegpt"}), fixed({"type": "sharegpt", "conversation": "vicuna_v1.1"})
    assert silent is not None
    assert "which chat_template" in silent.decide
    assert named is not None
    assert "conversation: vicuna_v1.1" in named.decide
    said = fixed({"type": "sharegpt"}, chat_template="llama3")
    assert said is not None
    assert not said.decide


@pytest.mark.parametrize("kind", ["sharegpt.load_glaive", "sharegpt_jokes"])
def test_rows_that_no_mapping_reads_are_left_to_the_person(kind: str) -> None:
    assert fixed({"type": kind}) is None


def test_entries_of_other_types_stay_as_they_are() -> None:
    other = {"path": "b", "type": "alpaca"}
    assert made({"type": "sharegpt"}, other)["datasets"] == [MAPPED, other]
