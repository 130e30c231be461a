"""What the detector makes of rows: whole entries, questions with all their choices, or why nothing reads them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from wizard.axolotl.forms.answer import Answer, Detected, Unsure, Unusable
from wizard.axolotl.forms.detect import detect, made_for
from wizard.axolotl.template_choice import beside, lost
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built

U, A = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
TALK = [U, A]
Row = Mapping[str, object]


def head(*rows: Row, path: str = "d.jsonl", kind: str = "json") -> Head:
    columns = tuple(dict.fromkeys(key for row in rows for key in row))
    return Head(path, kind, columns=columns, rows=rows)


def entry(found: Answer | None) -> dict[str, object]:
    assert isinstance(found, Detected), found
    return {key: value for key, value in found.entry.items() if key not in ("path", "ds_type")}


ASKED = "### Instruction:\n{instruction}\n\n### Response:\n"
CHATML = ("<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n", "{completion}<|im_end|>")
LLAMA3 = (
    "<|start_header_id|>user<|end_header_id|>\n\n{prompt}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    "{completion}<|eot_id|>",
)


def block(asked: str, answer: str, **more: str) -> dict[str, object]:
    return {"type": {"field_instruction": asked, "field_output": answer, "no_input_format": ASKED, "format": ASKED,
                     **more}}  # fmt: skip


PAIR: Row = {"chosen": TALK, "rejected": TALK}
ENTRIES: list[tuple[Row, str, str, Mapping[str, object]]] = [
    # of supervised training
    ({"system": "s", "question": "q", "answer": "a"}, "supervised", "",
     block("question", "answer", field_system="system", system_format="{system}\n\n")),
    ({"prompt": "a ", "completion": "b"}, "supervised", "",
     {"type": {"field_instruction": "prompt", "field_output": "completion", "no_input_format": "{instruction}",
               "format": "{instruction}"}}),
    ({"query": "a", "completion": "b"}, "supervised", "", block("query", "completion")),
    ({"chosen": "a"}, "supervised", "", {"type": "completion", "field": "chosen"}),
    ({"chosen": TALK}, "supervised", "", {"type": "chat_template", "field_messages": "chosen"}),
    ({"notes": TALK}, "supervised", "", {"type": "chat_template", "field_messages": "notes"}),
    ({"title": "t", "text": "x"}, "supervised", "", {"type": "completion"}),
    ({"instruction": "a", "output": "b"}, "supervised", "", {"type": "alpaca"}),
    ({"instruction": "a", "output": "b", "system": "s"}, "supervised", "", {"type": "alpaca_w_system"}),
    ({"segments": [{"label": True, "text": "a"}]}, "supervised", "", {"type": "input_output"}),
    ({"dialog": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}, "supervised", "",
     {"type": "chat_template", "field_messages": "dialog",
      "message_property_mappings": {"role": "from", "content": "value"}}),
    ({"messages": [U, {"role": "bot", "content": "b"}, {"role": "user", "content": "?"}]}, "supervised", "",
     {"type": "chat_template", "roles": {"user": ["user"], "assistant": ["assistant", "bot"], "system": ["system"],
                                         "tool": ["tool"]}}),
    ({"messages": TALK, "system": U}, "supervised", "", {"type": "chat_template"}),
    ({"messages": TALK, "notes": TALK}, "supervised", "", {"type": "chat_template"}),
    ({"segments": [{"label": True, "text": "a"}, "b"], "text": "t"}, "supervised", "", {"type": "completion"}),
    ({"story": "q", "id": "i"}, "supervised", "", {"type": "completion", "field": "story"}),
    ({"segments": [{"label": True}], "text": "t"}, "supervised", "", {"type": "completion"}),
    # of pairs
    ({"messages": TALK[:1], "chosen": "a", "rejected": "b"}, "dpo", "", {"type": "chat_template.default"}),
    ({"notes": TALK[:1], "messages": TALK[:1], "chosen": "a", "rejected": "b"}, "dpo", "",
     {"type": "chat_template.default"}),
    ({"context": TALK[:1], "better": A, "worse": A}, "dpo", "",
     {"type": "chat_template.default", "field_messages": "context", "field_chosen": "better",
      "field_rejected": "worse"}),
    ({"question": "q", "chosen": [A], "rejected": [A]}, "dpo", "",
     {"type": "chat_template.default", "field_messages": "question"}),
    ({"question": "q", "chosen": A, "rejected": A}, "dpo", "",
     {"type": "chat_template.default", "field_messages": "question"}),
    ({"system": "s", "prompt": "p", "chosen": "a", "rejected": "b"}, "dpo", "llama3", {"type": "llama3.prompt_pairs"}),
    ({"system": "s", "input": "p", "chosen": "a", "rejected": "b"}, "dpo", "chatml", {"type": "chatml.icr"}),
    ({"system": "s", "problem": "p", "chosen": "a", "rejected": "b"}, "dpo", "",
     {"type": "chat_template.default", "field_messages": "problem"}),
    ({"system": "s", "prompt": "p", "better": "a", "worse": "b"}, "dpo", "",
     {"type": "chat_template.default", "field_messages": "prompt", "field_chosen": "better",
      "field_rejected": "worse"}),
    # of marks
    ({"completion": TALK, "label": True}, "kto", "llama-3.1", {"type": "llama3.argilla_chat"}),
    ({"completion": TALK, "label": False}, "kto", "", {"type": "chatml.argilla_chat"}),
    ({"instruction": "q", "completion": "a", "label": True}, "kto", "", {"type": "chatml.argilla"}),
    ({"question": "q", "completion": "a", "label": True}, "kto", "llama3", {"type": "llama3.intel"}),
    ({"question": "q", "answer": "a", "label": True}, "kto", "llama3",
     {"type": {"field_prompt": "question", "field_completion": "answer", "field_label": "label",
               "prompt_format": LLAMA3[0], "completion_format": LLAMA3[1]}}),
    ({"question": "q", "completion": "a", "liked": True}, "kto", "",
     {"type": {"field_prompt": "question", "field_completion": "completion", "field_label": "liked",
               "prompt_format": CHATML[0], "completion_format": CHATML[1]}}),
    ({"query": "q", "completion": "a", "label": True}, "kto", "",
     {"type": {"field_prompt": "query", "field_completion": "completion", "field_label": "label",
               "prompt_format": CHATML[0], "completion_format": CHATML[1]}}),
    # of others
    ({**PAIR, "prompt": "p"}, "orpo", "", {"type": "chat_template.argilla"}),
    ({"prompt": "p", "completions": ["a"], "labels": [True]}, "steps", "", {"type": "stepwise_supervised"}),
]  # fmt: skip


def label(made: Mapping[str, object]) -> str:
    kind = made["type"]
    if isinstance(kind, str):
        return kind
    assert isinstance(kind, dict)
    asked, answers = (kind.get(f"field_{one}") for one in (("instruction", "output") if "field_output" in kind else
                                                           ("prompt", "completion")))  # fmt: skip
    return f"{answers}, answering {asked}"


@pytest.mark.parametrize(("row", "training", "template", "made"), ENTRIES)
def test_rows_get_their_entry(row: Row, training: str, template: str, made: Mapping[str, object]) -> None:
    found = detect(head(row), training, template)
    assert entry(found) == made
    assert isinstance(found, Detected)
    assert found.label == label(made)
    assert found.entry["path"] == "d.jsonl"
    assert ("ds_type" in found.entry) == (training not in ("dpo", "kto"))
    assert found.settings == {}


def test_tokenized_rows_have_no_type() -> None:
    found = detect(head({"input_ids": [1], "attention_mask": [1], "labels": [1]}))
    assert entry(found) == {}
    assert isinstance(found, Detected)
    assert found.label == "tokenized"


REFUSED: list[tuple[Row, str, str]] = [
    ({"messages": [U]}, "supervised", "in `messages` no assistant speaks"),
    ({"turns": U}, "supervised", "stand apart (turns)"),
    ({"messages": [{"role": "user", "content": "a"}], "chat": [U]}, "supervised", "no assistant speaks"),
    ({"input_ids": [1], "labels": [1]}, "supervised", "but attention_mask are not there"),
    ({"chosen": "a", "rejected": "b"}, "supervised", "these are compared answers"),
    ({"chosen": [U, U], "rejected": [U, U]}, "supervised", "in `chosen` no assistant speaks"),
    ({"question": "q", "chosen": [A], "rejected": [A]}, "supervised", "these are compared answers"),
    ({"number": 1}, "pretraining", "no column of it holds text: number"),
    ({"id": "1"}, "pretraining", "no column of it holds text: id"),
    ({"chosen": "a"}, "dpo", "reads chosen and rejected; the columns are chosen"),
    ({"prompt": "p", "chosen": 1, "rejected": 2}, "dpo", "`chosen` holds neither texts nor messages"),
    ({"chosen": [A], "rejected": [A]}, "dpo", "no column holds the prompt"),
    ({"prompt": [{"from": "human", "value": "a"}], "chosen": "a", "rejected": "b"}, "dpo",
     "in `prompt` have from and value"),
    ({"chosen": TALK, "rejected": [U, {"role": "gpt", "content": "b"}]}, "dpo", "in `rejected` speak user, gpt"),
    ({"prompt": "p", "completion": "a", "label": "good"}, "kto", "a `label` that is true or false"),
    ({"completion": "a", "label": True}, "kto", "a prompt and a completion of text"),
    ({"prompt": "p", "label": True}, "kto", "a prompt and a completion of text"),
    ({"chosen": TALK}, "orpo", "reads chosen and rejected"),
    ({"rejected": TALK}, "orpo", "reads chosen and rejected"),
    ({"chosen": A, "rejected": TALK}, "orpo", "as lists of messages with role and content"),
    ({"chosen": TALK, "rejected": "b"}, "orpo", "as lists of messages with role and content"),
    ({"chosen": [{"role": "user", "text": "a"}] * 2, "rejected": TALK}, "orpo", "as lists of messages"),
    ({"chosen": [A, *TALK], "rejected": TALK}, "orpo", "an even number of messages"),
    ({**PAIR, "prompt": TALK}, "orpo", "`prompt` as a text"),
    ({"input": "a", "chosen": "b"}, "reward", "there is no system and no rejected"),
    ({"prompt": "a", "labels": [True]}, "steps", "reads prompt, completions and labels"),
    ({"a": {"chat": TALK}}, "supervised", "stand in a.chat"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "training", "says"), REFUSED)
def test_what_nothing_reads_is_refused(row: Row, training: str, says: str) -> None:
    found = detect(head(row), training)
    assert isinstance(found, Unusable), found
    assert says in found.why


def test_a_column_holds_messages_in_all_of_its_rows_or_none() -> None:
    found = detect(head({"messages": TALK}, {"messages": "not a list"}))
    assert isinstance(found, Unusable)
    assert "`messages` holds lists" in found.why


def test_what_is_not_known_is_not_said() -> None:
    unread = Head("d.bin", "", state="unread")
    assert detect(unread) is None
    assert detect(head({"text": "a"}), "own") is None
    assert detect(Head("d.jsonl", "json", state="broken", why="cut", line=3)) == Unusable("cut", 3)
    assert made_for(unread) == "sft"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (PAIR, "dpo"),
        ({**PAIR, "prompt": "p"}, "dpo"),
        ({"chosen": "a", "text": "b"}, "sft"),
        ({"prompt": "p", "completion": "a", "label": False}, "kto"),
        ({"prompt": "p", "completion": "a", "label": True}, "sft"),
        ({"other": "p", "label": False}, "sft"),
        ({"messages": TALK}, "sft"),
    ],
)
def test_the_training_that_rows_are_made_for(row: Row, kind: str) -> None:
    assert made_for(head(row)) == kind


def test_compared_answers_are_asked_about_in_supervised_training() -> None:
    for row, made in (
        (PAIR, {"type": "chat_template", "field_messages": "chosen"}),
        ({"question": "q", "chosen": "a", "rejected": "b"}, block("question", "chosen")),
    ):
        found = detect(head(row))
        assert isinstance(found, Unsure)
        assert "`rl: dpo`" in found.question
        assert [(one.label, entry(one)) for one in found.choices] == [("chosen alone", made)]


def test_of_strangers_it_is_asked_whose_words_are_learned() -> None:
    rows = {"chat": [{"role": who, "content": "a"} for who in ("system", "user", "nurse", "doctor")]}
    found = detect(head(rows))
    assert isinstance(found, Unsure)
    assert {one.label: entry(one) for one in found.choices} == {
        who: {"type": "chat_template", "field_messages": "chat",
              "roles": {"user": ["user", other], "assistant": [who], "system": ["system"]}}
        for who, other in (("nurse", "doctor"), ("doctor", "nurse"))
    }  # fmt: skip
    under = detect(head({"messages": rows["chat"]}))
    assert isinstance(under, Unsure)
    assert "field_messages" not in under.choices[0].entry


def test_of_several_columns_of_messages_it_is_asked_which() -> None:
    found = detect(head({"chat": TALK, "messages": [U], "dialog": TALK}))
    assert isinstance(found, Unsure)
    assert {one.label: one.entry.get("field_messages") for one in found.choices} == {"chat": "chat", "dialog": "dialog"}
    usual = detect(head({"messages": TALK, "chat": TALK}))
    assert isinstance(usual, Unsure)
    assert {one.label: one.entry.get("field_messages") for one in usual.choices} == {"messages": None, "chat": "chat"}
    silent = detect(head({"chat": [U], "messages": [U]}))
    assert isinstance(silent, Unusable)
    assert "in `chat`" in silent.why
    odd = detect(head({"notes": TALK, "memo": TALK}))
    assert isinstance(odd, Unsure)
    assert {one.label for one in odd.choices} == {"notes", "memo"}


@pytest.mark.parametrize(
    ("more", "images", "words"),
    [
        ({"images": ["a.png"]}, True, "there are images in them"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}, A]}, True, "there are images in them"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}, A]}, False, "role and content"),
        ({"messages": [{"role": "user", "content": [{"type": "audio"}]}, A]}, True, "there is sound in them"),
        (
            {"images": ["a.png"], "messages": [{"role": "user", "content": [{"type": "audio"}]}, A]},
            True,
            "there are images in them and there is sound in them",
        ),
        ({"audio": "a.wav"}, False, "role and content"),
        ({"functions": "[]"}, False, "rename `functions`"),
        ({"tools": "[]"}, False, "role and content"),
    ],
)
def test_pictures_and_tools_beside_messages(more: Row, images: bool, words: str) -> None:
    found = detect(head({"messages": TALK, **more}))
    assert isinstance(found, Detected)
    assert bool(found.settings) == images
    assert found.heard == ("there is sound" in words)
    assert found.unheard == ("audio" in more)
    assert found.says.endswith(words)


@pytest.mark.parametrize(
    ("name", "heard", "told"),
    [
        ("google/gemma-4-E2B", True, ""),
        ("google/gemma-4-12B", True, ""),
        ("Qwen/Qwen2.5-VL-3B-Instruct", True, "the sound of d is not heard: it sees, and hears nothing"),
        ("Qwen/Qwen3-8B", True, "the sound of d is not heard: it reads text alone"),
        ("Qwen/Qwen2.5-VL-3B-Instruct", False, ""),
        ("Qwen/Qwen3-8B", False, "the images of d are not seen: it reads text alone"),
    ],
)
def test_what_a_model_does_not_take_in_is_told_and_asks_nothing_of_the_plan(name: str, heard: bool, told: str) -> None:
    kind = "audio" if heard else "image"
    found = detect(head({"messages": [{"role": "user", "content": [{"type": kind}]}, A]}))
    assert isinstance(found, Detected)
    model = built(name)
    assert lost(found, model, "d", "it") == told
    assert ("processor_type" in beside(found, Plan({"base_model": name}), model)) == (not told)
    assert lost(found, None, "d", "it") == ""


def test_a_column_of_plain_text_says_how_a_file_of_lines_is_read() -> None:
    for kind, lines in (("text", True), ("json", False)):
        found = detect(head({"text": "a"}, kind=kind))
        assert isinstance(found, Detected)
        assert ("each line of it a row" in found.says) == lines


@pytest.mark.parametrize(("before", "after", "joint"), [
    ("a", "b", "\n"), ("a\n", "b", ""), ("a", " b", ""), ("", "b", "\n"), (None, " b", ""), ("a b", "c d", "\n"),
])  # fmt: skip
def test_what_stands_between_a_prompt_and_its_completion(before: str | None, after: str, joint: str) -> None:
    made = entry(detect(head({"prompt": "x ", "completion": " y"}, {"prompt": before, "completion": after})))
    assert made["type"] == {"field_instruction": "prompt", "field_output": "completion",
                            "no_input_format": "{instruction}" + joint, "format": "{instruction}" + joint}  # fmt: skip


def test_a_stream_of_text_names_its_column_and_its_file() -> None:
    file = detect(head({"body": "a", "id": "1"}), "pretraining")
    assert isinstance(file, Detected)
    assert file.entry == {"path": "json", "data_files": "d.jsonl", "type": "pretrain", "text_column": "body",
                          "split": "train"}  # fmt: skip
    folder = detect(head({"mine": "a", "id": "1"}, path="d", kind=""), "pretraining")
    assert isinstance(folder, Detected)
    assert folder.entry == {"path": "d", "type": "pretrain", "text_column": "mine", "split": "train"}
    assert isinstance(detect(head({"text": "a", "content": "b"}), "pretraining"), Detected)
    several = detect(head({"body": "a", "article": "b", "mine": "c"}), "pretraining")
    assert isinstance(several, Unsure)
    assert [one.label for one in several.choices] == ["body", "article"]
