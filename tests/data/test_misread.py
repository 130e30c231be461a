"""Which columns and keys an entry asks for that its rows do not have, and when nothing is said."""

from __future__ import annotations

import pytest

from tests.data.test_forms import PAIR, TALK, Row, head
from wizard.axolotl.forms.answer import Detected
from wizard.axolotl.forms.misread import misread
from wizard.knowledge.axolotl.versions import newest

_OPEN = {"type": "chat_template"}
MISREAD: list[tuple[Row, Row, str, str | None]] = [
    (_OPEN, {"text": "a"}, "supervised", "chat_template reads messages, and the rows of d.jsonl have text"),
    (_OPEN, {"messages": TALK}, "supervised", None),
    (_OPEN, {"messages": "plain"}, "supervised", "reads lists of messages in `messages`"),
    (_OPEN, {"messages": '[{"role": "user", "content": "a"}]'}, "supervised", None),
    (_OPEN, {"messages": "[{"}, "supervised", "reads lists of messages in `messages`"),
    (_OPEN, {"messages": [{"from": "human", "value": "a", "x": 1, "y": 2, "z": 3}]}, "supervised",
     "one has from, value, x, y."),
    (_OPEN, {"messages": [{"role": "a", "tool_calls": []}]}, "supervised", None),
    (_OPEN, {"messages": [{"from": "a", "tool_calls": []}]}, "supervised", "one has from, tool_calls"),
    (_OPEN, {"messages": [{"role": "a"}]}, "supervised", "one has role"),
    (_OPEN, {"input_ids": [1], "attention_mask": [1], "labels": [1]}, "supervised", None),
    (_OPEN, {"input_ids": [1], "attention_mask": [1]}, "supervised", "reads messages"),
    (_OPEN, {"text": "a"}, "pretraining", None),
    ({"type": "mine.own"}, {"text": "a"}, "supervised", None),
    ({"type": "alpaca"}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "supervised",
     "alpaca reads instruction, output, and the rows of d.jsonl have a, b, c, d, e."),
    ({"type": "completion"}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}, "supervised", "a, b, c, d, e, ..."),
    ({"type": {"field_output": "said"}}, {"text": "a"}, "supervised", "its type reads"),
    ({"type": "chat_template.argilla"}, PAIR, "orpo", None),
    ({"type": "chat_template.argilla"}, {"chosen": "b", "rejected": TALK}, "orpo", "messages in `chosen`"),
    ({"type": "chatml.intel"}, {"text": "a"}, "supervised", None),
    ({"type": "chat_template.argilla"}, {"chosen": TALK}, "orpo", "reads rejected, and the rows"),
    ({"type": "chat_template.argilla"}, {"chosen": TALK, "rejected": "b"}, "orpo", "messages in `rejected`"),
    ({"type": "chat_template.argilla"}, {"chosen": "b"}, "orpo", "reads rejected, and the rows"),
    ({"type": "mine.own"}, {"text": "a"}, "orpo", None),
    ({"type": "chatml.intel"}, {"question": "q", "chosen": "a"}, "dpo", "chatml.intel reads"),
    ({"type": "chat_template.default"}, {"messages": TALK, **PAIR}, "dpo", None),
    ({"type": "chat_template.default", "field_chosen": "good"}, {"messages": TALK, **PAIR}, "dpo", "reads good, and"),
    ({"type": {"field_prompt": "a", "field_chosen": "b", "field_rejected": "c"}}, {"a": 1, "b": 1}, "dpo",
     "its type reads c, and"),
    ({"type": "mine.own"}, {"text": "a"}, "kto", None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "row", "training", "says"), MISREAD)
def test_an_entry_that_does_not_read_its_rows(written: Row, row: Row, training: str, says: str | None) -> None:
    told = misread({"path": "d.jsonl", **written}, head(row), training, newest())
    assert (told is None) if says is None else says in f"{told}."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"type": "completion"}, {"type": "completion", "field": "text", "split": "train"}, True),
        ({"type": "completion"}, {"type": "completion", "field": None, "path": "x"}, True),
        ({"type": "completion"}, {"type": "completion", "field": "body"}, False),
        ({"type": "completion", "ds_type": "json"}, {"type": "completion"}, True),
        ({"type": "completion"}, {"type": "alpaca"}, False),
        (_OPEN, {**_OPEN, "message_property_mappings": {"role": "role", "content": "content"}}, True),
        (_OPEN, {**_OPEN, "message_property_mappings": {"role": "from", "content": "value"}}, False),
    ],
)
def test_entries_that_read_their_rows_in_the_same_way(one: Row, other: Row, same: bool) -> None:
    assert Detected(one, "", "").reads_as(other) == same
