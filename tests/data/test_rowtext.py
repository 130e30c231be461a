"""The texts of rows, and their tokens."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.axolotl.dataset_types import form_read
from wizard.data.rowtext import RowError, Texts, texts_of, tokens
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.dataset_forms import Form, form_of, forms, nearest_form
from wizard.knowledge.tokens import NONE, Count, by_characters, exactly, template

CHAT = {"messages": [{"role": "user", "content": "ab"}, {"role": "assistant", "content": "cde"}]}


def form(name: object, **settings: object) -> Form:
    found = form_of({"type": name, **settings})
    assert found is not None
    return found


def texts(row: dict[str, Any], name: object, **settings: object) -> Texts:
    return texts_of(row, form(name, **settings), exactly(1))


def length(row: dict[str, Any], name: object, **settings: object) -> Count:
    return tokens(texts(row, name, **settings), lambda text: exactly(len(text)))


def test_chat_counts_the_contents_and_what_the_template_adds() -> None:
    found = length(CHAT, "chat_template")
    added = template("message").times(2) + template("row")
    assert found == exactly(5) + added
    assert found.low < found.likely < found.high


def test_other_names_of_messages() -> None:
    row = {"talk": [{"from": "human", "value": "hello"}]}
    mapped = {"role": "from", "content": "value"}
    assert texts(row, "chat_template", field_messages="talk", message_property_mappings=mapped).shared == ("hello",)
    old = {"message_field_role": "from", "message_field_content": "value"}
    assert texts(row, "chat_template", field_messages="talk", **old).shared == ("hello",)
    with pytest.raises(RowError, match=r"has from, value, but chat_template reads role, content: `message_property"):
        texts(row, "chat_template", field_messages="talk")


def test_messages_as_text_parts_tools_and_calls() -> None:
    assert texts({"messages": '[{"role": "user", "content": "x"}]'}, "chat_template").shared == ("x",)
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]
    assert texts({"messages": [{"role": "user", "content": parts}]}, "chat_template").shared == ("ab",)
    called = [{"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f"}}]}]
    assert texts({"messages": called, "tools": "T"}, "chat_template").shared[1] == "T"
    assert "function" in texts({"messages": called}, "chat_template").shared[0]


def test_alpaca_is_wrapped_as_axolotl_wraps_it() -> None:
    with_input, answer = texts({"instruction": "I", "input": "X", "output": "O"}, "alpaca").shared
    assert with_input.startswith("Below is an instruction that describes a task, paired with an input")
    assert with_input.endswith("### Instruction:\nI\n\n### Input:\nX\n\n### Response:\n")
    assert answer == "O"
    without = texts({"instruction": "I", "input": "", "output": "O"}, "alpaca").shared[0]
    assert "### Input" not in without
    assert texts({"instruction": "I", "output": "O"}, "alpaca").marks == exactly(2)


def test_a_form_of_ones_own() -> None:
    own = {
        "field_instruction": "q",
        "field_output": "a",
        "format": "<{instruction}|{input}>",
        "no_input_format": "<{instruction}>",
    }
    assert texts({"q": "Q", "a": "A"}, own).shared == ("<Q>", "A")
    assert texts({"q": "Q", "input": "{x}", "a": "A", "system": "S"}, own).shared == ("S<Q|{x}>", "A")


def test_completion_and_segments() -> None:
    assert texts({"body": "abc"}, "completion", field="body").shared == ("abc",)
    segments = {"segments": [{"label": True, "text": "ab"}, {"label": False, "text": "c"}]}
    assert length(segments, "input_output") == exactly(3)


@pytest.mark.parametrize(
    ("name", "row", "shared", "longer"),
    [
        ("chatml.intel", {"question": "qq", "chosen": "c", "rejected": "rrr", "system": "s"}, 3, 3),
        ("llama3.icr", {"input": "qq", "chosen": "ccccc", "rejected": "rrr"}, 2, 5),
        ("chat_template.default", {**CHAT, "chosen": {"role": "a", "content": "cc"}, "rejected": "r"}, 5, 2),
        (
            "chat_template.argilla_chat",
            {"chosen": CHAT["messages"], "rejected": [CHAT["messages"][0], {"role": "x", "content": "longer"}]},
            2,
            6,
        ),
    ],
)
def test_of_two_answers_the_longer_counts(name: str, row: dict[str, Any], shared: int, longer: int) -> None:
    found = texts(row, name)
    assert sum(map(len, found.shared)) == shared
    bare = tokens(Texts(found.shared, found.rivals), lambda text: exactly(len(text)))
    assert bare == exactly(shared + longer)


@pytest.mark.parametrize(
    ("row", "name", "words"),
    [
        ({"text": 1}, "alpaca", "no instruction, output"),
        ({"text": ["a"]}, "completion", "`text` is not a text"),
        ({"messages": "hello"}, "chat_template", "is a text, not a list of messages"),
        ({"messages": []}, "chat_template", "holds no message"),
        ({"messages": [1]}, "chat_template", "not a list of objects"),
        ({"messages": None}, "chat_template", "not a list of objects"),
    ],
)
def test_rows_that_can_not_be_read(row: dict[str, Any], name: str, words: str) -> None:
    with pytest.raises(RowError, match=words):
        texts(row, name)


def test_types_that_are_not_known_have_no_form() -> None:
    assert form_of({"type": "my.own.strategy"}) is None
    assert form_of({"type": "user_defined"}) is None
    assert form_of({}) is None


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        (("messages",), "chat_template"),
        (("messages", "chosen", "rejected"), "chat_template.default"),
        (("instruction", "input", "output"), "alpaca"),
        (("question", "chosen", "rejected", "system"), "chatml.intel"),
        (("chosen", "rejected"), "chat_template.argilla_chat"),
        (("text", "id"), "completion"),
    ],
)
def test_the_nearest_form(columns: tuple[str, ...], name: str) -> None:
    found = nearest_form(columns)
    assert found is not None
    assert found.name == name
    assert nearest_form(("nothing",)) is None


def test_every_form_names_columns_for_each_part_of_its_texts() -> None:
    for one in forms().values():
        assert one.needs
        assert set(one.fields) <= set(one.needs) | set(one.may)
        assert all("{" + part + "}" in one.prompt for part in ("instruction", "input") if one.kind == "instruction")


def test_characters_are_a_range_by_script() -> None:
    assert by_characters("") == NONE
    assert by_characters("a" * 60) == Count(12, 16, 24)
    chinese, russian = by_characters("汉" * 60), by_characters("я" * 60)
    assert chinese.likely > russian.likely > 15
    assert chinese.high == russian.high == 67


@pytest.mark.parametrize(
    ("kind", "row", "shared"),
    [
        ("chatml.prompt_pairs", {"prompt": "ab", "completion": "c", "label": True}, ("ab", "c")),
        ("chatml.intel", {"question": "ab", "completion": "c", "system": "s", "label": True}, ("s", "ab", "c")),
        ({"field_prompt": "ask", "field_completion": "say"}, {"ask": "ab", "say": "c", "label": False}, ("ab", "c")),
        ("llama3.argilla_chat", {"completion": CHAT["messages"], "label": True}, ("ab", "cde")),
    ],
)
def test_kto_reads_one_answer_where_dpo_reads_two(kind: object, row: dict[str, Any], shared: tuple[str, ...]) -> None:
    found = form_read(Plan({"rl": "kto"}), {"type": kind})
    assert found is not None
    assert texts_of(row, found, NONE).shared == shared
    other = form_read(Plan({"rl": "dpo"}), {"type": "chatml.prompt_pairs"})
    assert other is not None
    assert other.kind == "pair"


def test_a_type_that_kto_does_not_have_is_of_no_known_form() -> None:
    assert form_read(Plan({"rl": "kto"}), {"type": "alpaca"}) is None
