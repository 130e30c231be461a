"""Rows of the form that each data set of a config reads."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

ROWS, SEED = 64, 7
REWARDS = """
def length(completions, **_):
    return [float(len(str(one))) for one in completions]

def prompts(cfg, *_, **__):
    return lambda row, tokenizer=None: {"prompt": row["messages"][:1]}, {"remove_columns": []}
"""
_WITHOUT_SYSTEM = ("gemma",)
"""Templates that know no system prompt; Axolotl takes a column of this name for one."""
_OF_TEXTS = ("system", "instruction", "question", "input", "prompt", "chosen", "rejected", "completion", "label")
"""Columns of a row of texts, one of which is preferred: TRL does not take messages beside them."""
_DISTILLED = "axolotl.integrations.kd.chat_template"
_WORDS = ("the", "a", "small", "model", "reads", "this", "row", "and", "says", "what", "it", "has", "learned", "again")


def put_rows(config: dict[str, Any], folder: Path) -> None:
    """Beside the config: a file for each data set that it names, and the rewards of GRPO."""
    if (config.get("trl") or {}).get("reward_funcs"):
        (folder / "rewards.py").write_text(REWARDS, encoding="utf-8")
    for block in ("datasets", "test_datasets", "pretraining_dataset"):
        entries = config.get(block)
        listed = entries if isinstance(entries, list) else [entries] if isinstance(entries, dict) else []
        for number, entry in enumerate(listed):
            chance = random.Random(SEED + number)
            rows = [row(entry, config.get("rl"), chance) for _ in range(ROWS)]
            if config.get("chat_template") in _WITHOUT_SYSTEM and str(entry.get("type")).startswith("chat_template"):
                rows = [{name: value for name, value in one.items() if name != "system"} for one in rows]
            if config.get("processor_type") and not config.get("rl"):
                rows = [{"messages": _seen(one["messages"], folder)} for one in rows]
            lines = [json.dumps(one) for one in rows]
            (folder / f"{block}-{number}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _text(chance: random.Random, least: int = 3, most: int = 9) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(least, most)))


def row(entry: dict[str, Any], rl: str | None, chance: random.Random) -> dict[str, Any]:
    """One row: every column that some form reads, and under the names that the entry maps."""
    kind = entry.get("type")
    asked, answer, worse = _text(chance), _text(chance), _text(chance)
    columns: dict[str, Any] = {
        "instruction": asked, "input": _text(chance), "output": answer, "system": "be short",
        "text": _text(chance, 20, 40),
        "question": asked, "prompt": asked, "response": answer, "completion": answer, "answer": answer,
    }  # fmt: skip
    columns["messages"] = _messages(entry, [asked, answer])
    columns["conversations"] = columns["conversation"] = columns["messages"]
    columns["segments"] = [{"label": False, "text": f"<s>{asked}\n"}, {"label": True, "text": f"{answer}</s>"}]
    if rl or "bradley" in str(kind):
        columns |= _pair(entry, str(kind), asked, answer, worse)
        columns["label"] = chance.random() < 0.5
    if rl == "kto" and str(kind).endswith("argilla_chat"):
        columns["completion"] = columns["messages"]
    if str(kind).startswith(_DISTILLED):
        columns |= _of_a_teacher(entry, chance)
    if kind == "stepwise_supervised":
        columns = {"prompt": asked, "completions": [answer, worse], "labels": [True, False]}
    if rl == "grpo" and kind is None:  # rows as TRL reads them: a prompt in messages, and what the rewards ask for
        columns = {"prompt": columns["messages"][:1], "solution": answer}
    fields = {**(kind if isinstance(kind, dict) else {}), **entry}
    for name, column in fields.items():
        if name.startswith("field_") and isinstance(column, str):
            columns[column] = _field(name, columns, asked, answer, worse, column)
    if isinstance(entry.get("field"), str):
        columns[entry["field"]] = columns["text"]
    if rl in ("orpo", "simpo"):  # their trainers look at all columns of these names, in an order of chance
        unread = {"label", "completion"} if _reads_messages(entry) else {"label", "completion", "messages"}
        columns = {name: value for name, value in columns.items() if name not in unread}
    texts = rl not in (None, "grpo") and isinstance(columns.get("chosen"), str)
    return {name: value for name, value in columns.items() if not texts or name in _OF_TEXTS or name in fields.values()}


def _of_a_teacher(entry: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """What a teacher's server says of the answer's tokens: the likeliest at each, in two columns or as vLLM has it."""
    said = [[-0.5 * place for place in range(1, 5)] for _ in range(6)]
    tokens = [[chance.randrange(4, 256) for _ in row] for row in said]
    field = str(entry.get("logprobs_field") or "logprobs")
    if not str(entry.get("type")).endswith("load_legacy"):
        return {field: said, "target_token_ids": tokens}
    pairs = (zip(*both, strict=True) for both in zip(said, tokens, strict=True))
    return {field: [[{"logprob": one, "token": f"token_id:{token}"} for one, token in row] for row in pairs]}


def _reads_messages(entry: dict[str, Any]) -> bool:
    return str(entry.get("type")).endswith("chat_template.default") and not entry.get("field_messages")


def _field(name: str, columns: dict[str, Any], asked: str, answer: str, worse: str, column: str) -> Any:
    known = {
        "field_messages": columns["messages"], "field_instruction": asked, "field_prompt": asked,
        "field_output": answer, "field_completion": answer, "field_label": columns.get("label", True),
        "field_chosen": columns.get("chosen", answer), "field_rejected": columns.get("rejected", worse),
        "field_system": "be short", "field_input": columns["input"],
    }  # fmt: skip
    return known.get(name, columns.get(column, answer))


def _messages(entry: dict[str, Any], texts: list[str]) -> list[dict[str, str]]:
    names = entry.get("message_property_mappings") or {}
    role, content = str(names.get("role", "role")), str(names.get("content", "content"))
    if entry.get("message_field_role"):
        role = str(entry["message_field_role"])
    if entry.get("message_field_content"):
        content = str(entry["message_field_content"])
    return [{role: who, content: text} for who, text in zip(("user", "assistant"), texts, strict=False)]


def _pair(entry: dict[str, Any], kind: str, asked: str, answer: str, worse: str) -> dict[str, Any]:
    """A chosen and a rejected answer, as messages where the form is a chat template's, else as texts."""
    chosen, rejected = _messages(entry, [asked, answer]), _messages(entry, [asked, worse])
    if "argilla" in kind or "bradley" in kind or kind in ("orpo.chat_template", "None"):
        return {"chosen": chosen, "rejected": rejected}
    if kind.startswith("chat_template"):
        both = {"chosen": chosen[1], "rejected": rejected[1]}
        return {**both, "messages": chosen[:1], "conversation": chosen[:1], "conversations": chosen[:1]}
    return {"chosen": answer, "rejected": worse}


def _seen(messages: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """The same with an image beside the first text."""
    from PIL import Image

    path = folder / "image.png"
    if not path.exists():
        Image.new("RGB", (56, 56), (90, 120, 30)).save(path)
    parts = [[{"type": "text", "text": one["content"]}] for one in messages]
    parts[0].insert(0, {"type": "image", "path": str(path)})
    return [{"role": one["role"], "content": part} for one, part in zip(messages, parts, strict=True)]
