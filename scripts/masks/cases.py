"""Rows in every form that is rendered, under every template that Axolotl brings, with what may be asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wizard.knowledge.axolotl.templates import source_of_template, texts_of_templates

Block = dict[str, object]
_TALK: list[Block] = [
    {"role": "user", "content": "What is 1+1?"}, {"role": "assistant", "content": "It is 2."},
    {"role": "user", "content": "And 2+2, café?"}, {"role": "assistant", "content": "4, I\nsay."},
]  # fmt: skip
_SYSTEM: Block = {"role": "system", "content": "Be brief."}
_TOOL: Block = {"type": "function", "function": {"name": "add", "description": "Adds.", "parameters": {
    "type": "object", "properties": {"a": {"type": "integer", "description": "one"}}, "required": ["a"]}}}  # fmt: skip
_CALLS: list[Block] = [
    {"role": "user", "content": "Add 1."},
    {"role": "assistant", "content": "", "tool_calls": [
        {"id": "call00001", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}]},
    {"role": "tool", "name": "add", "tool_call_id": "call00001", "content": "2"},
    {"role": "assistant", "content": "It is 2."},
]  # fmt: skip
_THOUGHT: list[Block] = [*_TALK[:1], {**_TALK[1], "reasoning_content": "One and one."}]
CHAT: Block = {"type": "chat_template"}
_SHAREGPT: Block = {**CHAT, "field_messages": "conversations",
                    "message_property_mappings": {"role": "from", "content": "value"}}  # fmt: skip
ROWS: dict[str, tuple[Block, Block]] = {
    "talk": ({"messages": _TALK}, CHAT),
    "system": ({"messages": [_SYSTEM, *_TALK]}, CHAT),
    "sharegpt": ({"conversations": [{"from": {"user": "human", "assistant": "gpt"}[str(one["role"])],
                                     "value": one["content"]} for one in _TALK]}, _SHAREGPT),
    "tools": ({"messages": _CALLS, "tools": [_TOOL]}, CHAT),
    "thought": ({"messages": _THOUGHT}, CHAT),
    "marked": ({"messages": [_TALK[0], {**_TALK[1], "learn": False}, _TALK[2], {**_TALK[3], "learn": True}]},
               {**CHAT, "message_field_training": "learn"}),
}  # fmt: skip
ASKED: dict[str, tuple[Block, Block]] = {
    "all-eos": ({"train_on_eos": "all"}, {}), "last-eos": ({"train_on_eos": "last"}, {}),
    "no-eos": ({"train_on_eos": "none"}, {}), "both": ({"roles_to_train": ["assistant", "user"]}, {}),
    "inputs": ({}, {"train_on_inputs": True}), "users": ({"roles_to_train": ["user"]}, {}),
    "ends-apart": ({"train_on_eot": "all", "train_on_eos": "turn"}, {}),
}  # fmt: skip
_WITH_SYSTEM: Block = {"system": "Be brief.", "instruction": "Add.", "input": "", "output": "2"}
_PLAIN: dict[str, tuple[Block, Block]] = {
    "alpaca": ({"instruction": "Add.", "input": "1 1", "output": "2"}, {"type": "alpaca"}),
    "alpaca-bare": ({"instruction": "Add.", "input": "", "output": "2"}, {"type": "alpaca"}),
    "system-chat": (_WITH_SYSTEM, {"type": "alpaca_w_system"}),
    "system-instruct": ({**_WITH_SYSTEM, "input": "1 1"}, {"type": "alpaca_w_system.load_instruct"}),
    "columns": ({"q": "What?", "a": "This.", "s": "Be brief."}, {"type": {
        "field_instruction": "q", "field_output": "a", "field_system": "s", "system_format": "{system}\n\n",
        "format": "### {instruction}\n", "no_input_format": "### {instruction}\n"}}),
    "text": ({"text": "It is 2."}, {"type": "completion"}),
    "story": ({"story": "It is 2."}, {"type": "completion", "field": "story"}),
    "segments": ({"segments": [{"label": False, "text": "What?"}, {"label": True, "text": "This."}]},
                 {"type": "input_output"}),
}  # fmt: skip


@dataclass(frozen=True)
class MaskCase:
    """A row with the entry and the plan that read it. `eos`: of its tokenizer; `marks`: its other tokens."""

    id: str
    row: Block
    entry: Block
    plan: Block = field(default_factory=dict)
    eos: str = "</s>"
    marks: tuple[str, ...] = ()
    template: str = ""


def cases() -> Iterator[MaskCase]:
    """Every template with every form; every thing that may be asked under some of them."""
    for name, template in texts_of_templates().items():
        if source_of_template(name) is None:
            continue
        end = template.end or "</s>"
        for own in ("eos",) if template.end is None else ("eos", "eot"):
            eos = end if own == "eos" else "</s>"
            plan: Block = {"chat_template": name} | ({"eot_tokens": [end]} if own == "eot" and end else {})
            marks = (end, *sorted(template.marks)) if end else tuple(sorted(template.marks))
            for form, (row, entry) in ROWS.items() if own == "eos" else [("talk", ROWS["talk"])]:
                yield MaskCase(f"{name} {own} {form}", row, entry, plan, eos or "</s>", marks, name)
            if name in ("chatml", "gemma", "llama3", "mistral_v7_tekken", "qwen3"):
                for asked, (more, beside) in ASKED.items():
                    yield MaskCase(f"{name} {own} {asked}", ROWS["system"][0] if name != "gemma" else ROWS["talk"][0],
                                   {**CHAT, **more}, {**plan, **beside}, eos or "</s>", marks, name)  # fmt: skip
    for form, (row, entry) in _PLAIN.items():
        yield MaskCase(form, row, entry)
        yield MaskCase(f"{form} inputs", row, entry, {"train_on_inputs": True})
