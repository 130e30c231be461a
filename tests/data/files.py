"""Data files in many forms, as people have them: sound, broken, in odd encodings; and what each should be taken for."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROWS = 24
ASKS, SAYS = "What is row {}?", "It is number {}."
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class DataFile:
    """`content`: of the file, or of each file of a folder. `form`: the keys that tell how it is read, without
    `ds_type`; None where it is asked or refused, and `says` is said. `learned`: what of the first row is trained,
    None where all of it is. `training`: the kind of training. `picks`: what a person takes of what is asked.
    """

    name: str
    content: bytes | Mapping[str, bytes]
    form: Mapping[str, object] | None = None
    says: str = ""
    learned: str | None = "It is number 0.</s>"
    training: str = "supervised"
    settings: Mapping[str, object] = field(default_factory=dict)
    picks: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name in a test."""
        return self.name if self.training == "supervised" else f"{self.training}-{self.name}"

    def put(self, folder: Path) -> Path:
        """Write it."""
        place = folder / self.name
        if isinstance(self.content, bytes):
            place.write_bytes(self.content)
            return place
        place.mkdir()
        for name, content in self.content.items():
            (place / name).write_bytes(content)
        return place


def lines(rows: Rows) -> bytes:
    """One row a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def rows(**columns: str) -> Rows:
    """Rows of texts; `{}` is the number of the row."""
    return [{name: text.replace("{}", str(number)) for name, text in columns.items()} for number in range(ROWS)]


def talk(number: int, role: str = "role", content: str = "content", user: str = "user", assistant: str = "assistant",
         system: bool = False) -> list[dict[str, object]]:  # fmt: skip
    """A conversation of two turns."""
    said: list[dict[str, object]] = [
        {role: user, content: ASKS.format(number)}, {role: assistant, content: SAYS.format(number)},
    ]  # fmt: skip
    return [{role: "system", content: "Be brief."}, *said] if system else said


def talks(column: str = "messages", **named: str) -> Rows:
    """Rows with a conversation each."""
    return [{column: talk(number, **named)} for number in range(ROWS)]  # type: ignore[arg-type]


def csv(names: str, *cells: str, mark: str = ",") -> bytes:
    """A line of names, and rows."""
    return "\n".join([names, *(mark.join(cells).replace("{}", str(number)) for number in range(ROWS))]).encode() + b"\n"


_FROM = {"role": "from", "content": "value"}
_INSTRUCT = "### Instruction:\n{instruction}\n\n### Response:\n"
_INPUT = "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n"
_CHAT = {"type": "chat_template"}
_TOOL_CALL = [{"type": "function", "function": {"name": "find", "arguments": '{"row": 1}'}}]
_WITH_TOOLS: Rows = [
    {"tools": [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}],
     "messages": [talk(number)[0], {"role": "assistant", "content": "", "tool_calls": _TOOL_CALL},
                  {"role": "tool", "content": "1"}, talk(number)[1]]} for number in range(ROWS)
]  # fmt: skip
_IMAGES: Rows = [
    {"messages": [{"role": "user", "content": [{"type": "image", "path": "image.png"},
                                               {"type": "text", "text": ASKS.format(number)}]},
                  {"role": "assistant", "content": [{"type": "text", "text": SAYS.format(number)}]}]}
    for number in range(ROWS)
]  # fmt: skip
_SETTINGS: dict[str, object] = {"processor_type": "AutoProcessor", "skip_prepare_dataset": True}
_LLAVA: Rows = [
    {"images": ["image.png"], "conversations": [{"from": "human", "value": "<image>\n" + ASKS.format(number)},
                                                {"from": "gpt", "value": SAYS.format(number)}]}
    for number in range(ROWS)
]  # fmt: skip
_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGOIqpDDihiGlgQAgSE8AXwiAXcAAAAASUVORK5CYII="
"""A picture of 8 by 8 in base64."""


def seen_as(*pictures: Mapping[str, object]) -> bytes:
    """Rows whose question has these pictures before its text."""
    return lines([{"messages": [{"role": "user", "content": [*pictures, {"type": "text", "text": ASKS.format(n)}]},
                                {"role": "assistant", "content": SAYS.format(n)}]} for n in range(ROWS)])  # fmt: skip


_PRETOKENIZED: Rows = [
    {"input_ids": [1, 10, 11, 12, 2], "attention_mask": [1] * 5, "labels": [-100, -100, 11, 12, 2]} for _ in range(ROWS)
]  # fmt: skip
_SEGMENTS: Rows = [
    {"segments": [{"label": False, "text": f"<s>{ASKS.format(n)}\n"}, {"label": True, "text": f"{SAYS.format(n)}</s>"}]}
    for n in range(ROWS)
]  # fmt: skip
WORSE = "No idea about {}."


def pairs(prompt: str | None = "prompt", *, whole: bool = True, **named: str) -> Rows:
    """Rows with whole conversations (or the last message alone) as chosen and rejected."""
    found: Rows = []
    for number in range(ROWS):
        good = talk(number, **named)  # type: ignore[arg-type]
        key = named.get("content", "content")
        bad = [good[0], {**good[1], key: WORSE.format(number)}]
        row: dict[str, object] = {"chosen": good if whole else good[1:], "rejected": bad if whole else bad[1:]}
        if prompt:
            row[prompt] = good[:1]
        found.append(row)
    return found


PLAIN_PAIR = rows(prompt=ASKS, chosen=SAYS, rejected=WORSE)
MARKED: Rows = [{**row, "label": bool(n % 2)} for n, row in enumerate(rows(prompt=ASKS, completion=SAYS))]
_CHATML = {"prompt_format": "<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n",
           "completion_format": "{completion}<|im_end|>"}  # fmt: skip

SOUND = (
    DataFile("messages.jsonl", lines(talks()), _CHAT),
    DataFile("bom.jsonl", "\ufeff".encode() + lines(talks()), _CHAT),
    DataFile("crlf.jsonl", lines(talks()).replace(b"\n", b"\r\n"), _CHAT),
    DataFile("list.json", json.dumps(talks(), indent=1).encode(), _CHAT),
    DataFile("with-system.jsonl", lines([{"messages": talk(n, system=True)} for n in range(ROWS)]), _CHAT),
    DataFile("as-text.jsonl", lines([{"messages": json.dumps(talk(n))} for n in range(ROWS)]), _CHAT),
    DataFile("sharegpt.jsonl", lines(talks("conversations", role="from", content="value", user="human",
                                           assistant="gpt")),
             _CHAT | {"field_messages": "conversations", "message_property_mappings": _FROM}),
    DataFile("bot.jsonl", lines(talks("dialog", role="speaker", content="text", user="Human", assistant="Bot")),
             _CHAT | {"field_messages": "dialog", "message_property_mappings": {"role": "speaker", "content": "text"},
                      "roles": {"user": ["user", "Human"], "assistant": ["assistant", "Bot"], "system": ["system"],
                                "tool": ["tool"]}}),
    DataFile("folder", {"a.jsonl": lines(talks()), "b.jsonl": lines(talks()), "README.md": b"# mine\n"}, _CHAT),
    DataFile("tools.jsonl", lines(_WITH_TOOLS), _CHAT, learned=None),
    DataFile("images.jsonl", lines(_IMAGES), _CHAT, learned=None,
             settings={"processor_type": "AutoProcessor", "skip_prepare_dataset": True}),
    DataFile("llava.jsonl", lines(_LLAVA), _CHAT | {"field_messages": "conversations",
                                                    "message_property_mappings": _FROM}, learned=None,
             settings=_SETTINGS),
    DataFile("beside.jsonl", lines([{"images": ["image.png", "image.png"], "messages": talk(n)} for n in range(ROWS)]),
             _CHAT, learned=None, settings=_SETTINGS),
    DataFile("two-pictures.jsonl", seen_as(*[{"type": "image", "path": "image.png"}] * 2), _CHAT, learned=None,
             settings=_SETTINGS),
    DataFile("base64.jsonl", seen_as({"type": "image", "base64": _PNG}), _CHAT, learned=None, settings=_SETTINGS),
    DataFile("image-url.jsonl", seen_as({"type": "image_url", "image_url": {"url": "data:image/png;base64," + _PNG}}),
             _CHAT, learned=None, settings=_SETTINGS),
    DataFile("prompt-completion.jsonl", lines(rows(prompt=ASKS, completion=" " + SAYS)),
             {"type": {"field_instruction": "prompt", "field_output": "completion", "format": "{instruction}",
                       "no_input_format": "{instruction}"}}, learned=" It is number 0.</s>"),
    DataFile("glued.jsonl", lines(rows(prompt=ASKS, completion=SAYS)),
             {"type": {"field_instruction": "prompt", "field_output": "completion", "format": "{instruction}\n",
                       "no_input_format": "{instruction}\n"}}),
    DataFile("alpaca.jsonl", lines(rows(instruction=ASKS, input="", output=SAYS)), {"type": "alpaca"}),
    DataFile("alpaca-system.jsonl", lines(rows(system="Be brief.", instruction=ASKS, input="", output=SAYS)),
             {"type": "alpaca_w_system"}),
    DataFile("response.jsonl", lines(rows(instruction=ASKS, context="some", response=SAYS)),
             {"type": {"field_instruction": "instruction", "field_output": "response", "field_input": "context",
                       "format": _INPUT, "no_input_format": _INSTRUCT}}),
    DataFile("questions.csv", csv("Question,Answer", ASKS, SAYS),
             {"type": {"field_instruction": "Question", "field_output": "Answer", "format": _INSTRUCT,
                       "no_input_format": _INSTRUCT}}),
    DataFile("bom.csv", "\ufeff".encode() + csv("question,answer", ASKS, SAYS),
             {"type": {"field_instruction": "question", "field_output": "answer", "format": _INSTRUCT,
                       "no_input_format": _INSTRUCT}}),
    DataFile("text.jsonl", lines(rows(text=SAYS)), {"type": "completion"}, learned=None),
    DataFile("story.jsonl", lines(rows(id="{}", story=SAYS)), {"type": "completion", "field": "story"}, learned=None),
    DataFile("book.txt", b"".join(SAYS.format(n).encode() + b"\n" for n in range(ROWS)), {"type": "completion"},
             learned=None),
    DataFile("tokenized.jsonl", lines(_PRETOKENIZED), {}, learned=None),
    DataFile("weights.jsonl", lines([{"messages": [talk(n)[0], {"role": "assistant", "content": "Wrong.", "weight": 0},
                                                   talk(n)[0], {**talk(n)[1], "weight": 1}]} for n in range(ROWS)]),
             _CHAT | {"message_field_training": "weight"}),
    DataFile("parts.jsonl", lines([{"messages": [{"role": one["role"], "content": [
        {"type": "text", "text": one["content"]}]} for one in talk(n)]} for n in range(ROWS)]), _CHAT),
    DataFile("system-column.jsonl", lines([{"system": "Be brief.", "tools": "[]", "messages": talk(n)}
                                           for n in range(ROWS)]), _CHAT),
    DataFile("calls.jsonl", lines([{"system": "Be brief.", "tools": "[]", "conversations": [
        {"from": "human", "value": ASKS.format(n)}, {"from": "function_call", "value": "find(1)"},
        {"from": "observation", "value": "1"}, {"from": "gpt", "value": SAYS.format(n)}]} for n in range(ROWS)]),
             _CHAT | {"field_messages": "conversations", "message_property_mappings": _FROM, "roles": {
                 "user": ["user", "human"], "assistant": ["assistant", "function_call", "gpt"], "system": ["system"],
                 "tool": ["tool", "observation"]}}, learned=None),
    DataFile("developer.jsonl", lines([{"messages": [{"role": "developer", "content": "Be brief."}, *talk(n)]}
                                       for n in range(ROWS)]),
             _CHAT | {"roles": {"user": ["user"], "assistant": ["assistant"], "system": ["system", "developer"],
                                "tool": ["tool"]}}),
    DataFile("blank-lines.jsonl", lines(talks()).replace(b"\n", b"\n\n"), _CHAT),
    DataFile("packed.jsonl.gz", gzip.compress(lines(talks()), mtime=0), _CHAT),
    DataFile("no-ending", lines(talks()), _CHAT),
    DataFile("prompt-beside.jsonl", lines([{"prompt": ASKS.format(n), "prompt_id": f"{n}", "messages": talk(n)}
                                           for n in range(ROWS)]), _CHAT),
    DataFile("null-content.jsonl", lines([{"messages": talk(n) if n % 5 else [
        talk(n)[0], {"role": "assistant", "content": None}]} for n in range(1, ROWS)]), _CHAT, learned=None),
    DataFile("history.jsonl", lines([{**one, "history": [["Hello?", "Hello."]]}
                                     for one in rows(instruction=ASKS, input="", output=SAYS)]), {"type": "alpaca"}),
    DataFile("scored.jsonl", lines([{**one, "score": n % 5} for n, one in
                                    enumerate(rows(instruction=ASKS, response=SAYS))]),
             {"type": {"field_instruction": "instruction", "field_output": "response", "format": _INSTRUCT,
                       "no_input_format": _INSTRUCT}}),
    DataFile("context.jsonl", lines(rows(question=ASKS, context="some", answer=SAYS)),
             {"type": {"field_instruction": "question", "field_output": "answer", "field_input": "context",
                       "format": _INPUT, "no_input_format": _INSTRUCT}}),
    DataFile("twice.csv", csv("question,answer,answer", ASKS, SAYS, "another"),
             {"type": {"field_instruction": "question", "field_output": "answer", "format": _INSTRUCT,
                       "no_input_format": _INSTRUCT}}),
    DataFile("baked.jsonl", lines(rows(text="<|im_start|>user\n" + ASKS + "<|im_end|>\n<|im_start|>assistant\n"
                                            + SAYS + "<|im_end|>\n")), {"type": "completion"}, learned=None),
    DataFile("segments.jsonl", lines(_SEGMENTS), {"type": "input_output"}),
    DataFile("pairs.jsonl", lines(PLAIN_PAIR), {"type": "chat_template.default", "field_messages": "prompt"},
             training="dpo"),
    DataFile("orca.jsonl", lines(rows(system="Be brief.", question=ASKS, chosen=SAYS, rejected=WORSE)),
             {"type": "chatml.intel"}, training="dpo", learned="It is number 0.<|im_end|>"),
    DataFile("whole.jsonl", lines(pairs(None)), {"type": "chat_template.argilla_chat"}, training="dpo"),
    DataFile("feedback.jsonl", lines([{**one, "prompt": ASKS.format(n), "messages": talk(n), "score_chosen": 8.0,
                                       "score_rejected": 2.0} for n, one in enumerate(pairs(None))]),
             {"type": "chat_template.argilla_chat"}, training="dpo"),
    DataFile("last.jsonl", lines(pairs(whole=False)), {"type": "chat_template.default", "field_messages": "prompt"},
             training="dpo"),
    DataFile("accepted.csv", csv("question,accepted,refused", ASKS, SAYS, WORSE),
             {"type": "chat_template.default", "field_messages": "question", "field_chosen": "accepted",
              "field_rejected": "refused"}, training="dpo"),
    DataFile("marked.jsonl", lines(MARKED), {"type": "chatml.prompt_pairs"}, training="kto",
             learned="It is number 0.<|im_end|>"),
    DataFile("marked.csv", csv("prompt,completion,label", ASKS, SAYS, "TRUE"), {"type": "chatml.prompt_pairs"},
             training="kto", learned="It is number 0.<|im_end|>"),
    DataFile("zero-one.jsonl", lines([{**one, "label": int(n % 2)} for n, one in enumerate(MARKED)]),
             {"type": "chatml.prompt_pairs"}, training="kto", learned="It is number 0.<|im_end|>"),
    DataFile("talks.jsonl", lines([{"completion": talk(n), "label": bool(n % 2)} for n in range(ROWS)]),
             {"type": "chatml.argilla_chat"}, training="kto", learned="It is number 0.<|im_end|>"),
    DataFile("liked.jsonl", lines([{"query": one["prompt"], "reply": one["completion"], "liked": one["label"]}
                                   for one in MARKED]),
             {"type": {"field_prompt": "query", "field_completion": "reply", "field_label": "liked", **_CHATML}},
             training="kto", learned="It is number 0.<|im_end|>"),
    DataFile("whole.jsonl", lines(pairs(None)), {"type": "chat_template.argilla"}, training="orpo"),
    DataFile("reward.jsonl", lines(rows(system="", input=ASKS, chosen=SAYS, rejected=WORSE)),
             {"type": "bradley_terry.chat_template"}, training="reward", learned=None),
    DataFile("corpus.jsonl", lines(rows(content=SAYS)), {"type": "pretrain", "text_column": "content"},
             training="pretraining", learned=None),
)  # fmt: skip
