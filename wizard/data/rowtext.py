"""The texts of a row that become tokens, by the form it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wizard.knowledge.axolotl.dataset_forms import Form
from wizard.knowledge.tokens import NONE, Count, template

Counter = Callable[[str], Count]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is tokenized: `shared` always, and of `rivals` the longer one; `messages` of a chat template around them.

    `marks`: how many tokens are put before and behind a text that has no chat template.
    """

    shared: tuple[str, ...]
    rivals: tuple[tuple[str, ...], ...] = ()
    messages: int = 0
    marks: Count = NONE


class RowError(Exception):
    """A row that the form can't read: one sentence, without the place."""


def tokens(texts: Texts, count: Counter) -> Count:
    """The tokens of a row. `count` tells those of one text."""
    whole = texts.marks
    for text in texts.shared:
        whole += count(text)
    longer = NONE
    for rival in texts.rivals:
        own = NONE
        for text in rival:
            own += count(text)
        longer = longer.most(own)
    if texts.messages:
        whole += template("message").times(texts.messages) + template("row")
    return whole + longer


def texts_of(row: Mapping[str, object], form: Form, marks: Count) -> Texts:
    """The texts of a row. `marks`: the tokens that the tokenizer puts before a text. Raises RowError.

    axolotl 0.19.0 prompt_strategies/chat_template.py, completion.py, input_output.py, alpaca_w_system.py, dpo/, and
    prompt_tokenizers.py _tokenize, which ends a row with an EOS token.
    """
    absent = form.missing(row)
    if absent:
        raise RowError(f"the row has no {named(absent)}, which {form.name} reads")
    parts = {part: row[name] for part, name in form.needs.items()}
    parts |= {part: row[name] for part, name in form.may.items() if row.get(name)}
    if form.kind == "text":
        return Texts((text_of(parts["text"], form.needs["text"]),), marks=marks + Count(1, 1, 1))
    if form.kind == "instruction":
        return Texts(instruction_of(row, form), marks=marks + Count(1, 1, 1))
    if form.kind == "segments":
        return Texts(tuple(text_of(one.get("text"), "text") for one in listed_of(parts["segments"], "segments")))
    if form.kind == "messages":
        contents = _contents(parts["messages"], form, form.needs["messages"])
        tools = row.get("tools")
        extra = (tools if isinstance(tools, str) else json.dumps(tools, ensure_ascii=False),) if tools else ()
        return Texts((*contents, *extra), messages=len(contents))
    return _judged(parts, form) if form.kind == "judged" else _pair(parts, form)


def named(columns: tuple[str, ...]) -> str:
    """`"chosen, rejected"`, five at most."""
    return ", ".join(columns[:5]) + (", ..." if len(columns) > 5 else "")


def instruction_of(row: Mapping[str, object], form: Form) -> tuple[str, str]:
    """What is asked and what is answered, of a form of columns put into a text."""
    parts = {part: row[name] for part, name in form.needs.items()}
    parts |= {part: row[name] for part, name in form.may.items() if row.get(name)}
    texts = {part: text_of(value, form.column(part) or part) for part, value in parts.items()}
    text = form.prompt if texts.get("input") else form.without
    for part in ("instruction", "input"):
        text = text.replace("{" + part + "}", texts.get(part, ""))
    system = form.system.replace("{system}", texts["system"]) if texts.get("system") else ""
    return (system + text, texts["answer"])


def _pair(parts: Mapping[str, object], form: Form) -> Texts:
    chosen, rejected = (_contents(parts[name], form, form.needs[name]) for name in ("chosen", "rejected"))
    prompt = _contents(parts["prompt"], form, form.needs["prompt"]) if "prompt" in parts else chosen[:-1]
    if "system" in parts:
        prompt = (text_of(parts["system"], "system"), *prompt)
    return Texts(prompt, (chosen[-1:], rejected[-1:]), messages=len(prompt) + 1)


def _judged(parts: Mapping[str, object], form: Form) -> Texts:
    """A prompt and the one answer to it: both count (axolotl 0.21.0 utils/data/rl.py, KTO)."""
    order = [part for part in ("system", "prompt", "completion") if part in parts]
    said = tuple(one for part in order for one in _contents(parts[part], form, form.column(part) or part))
    return Texts(said, messages=len(said))


def _contents(value: object, form: Form, column: str) -> tuple[str, ...]:
    """The contents of messages: a list of them, one, or a text (which may be such a list as JSON)."""
    if isinstance(value, str):
        if form.kind != "messages":
            return (value,)
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise RowError(f"`{column}` is a text, not a list of messages") from None
    messages = [value] if isinstance(value, dict) else listed_of(value, column)
    if not messages:
        raise RowError(f"`{column}` holds no message")
    return tuple(_content(one, form, column) for one in messages)


def _content(message: Mapping[str, object], form: Form, column: str) -> str:
    if form.role not in message or not (form.content in message or "tool_calls" in message):
        keys = named(tuple(map(str, message))) or "no keys"
        raise RowError(
            f"a message in `{column}` has {keys}, but {form.name} reads {form.role}, {form.content}:"
            " `message_property_mappings` names others"
        )
    return content_of(message, form.content)


def content_of(message: Mapping[str, object], key: str = "content") -> str:
    """The text of a message, with its calls of tools and what was thought before."""
    value = message.get(key)
    if isinstance(value, list):
        value = "".join(str(part.get("text") or "") for part in value if isinstance(part, dict))
    calls = message.get("tool_calls")
    thought = message.get("reasoning_content")
    beside = json.dumps(calls, ensure_ascii=False) if calls else ""
    return text_of(value, key) + beside + (thought if isinstance(thought, str) else "")


def listed_of(value: object, column: str) -> list[Mapping[str, object]]:
    """A list of blocks, as a column holds it. Raises RowError for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise RowError(f"`{column}` is not a list of objects")
    return value


def text_of(value: object, column: str) -> str:
    """The text of a cell. Raises RowError for what is none."""
    if value is None:
        return ""
    if not isinstance(value, (str, int, float)):
        raise RowError(f"`{column}` is not a text")
    return str(value)
