"""What the columns of a data file hold: texts, lists of messages, or something else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wizard.domain.head import Head
from wizard.knowledge.axolotl.column_names import is_called, named, speaker

DEFAULT_ROLES = {"human": "user", "user": "user", "assistant": "assistant", "gpt": "assistant", "system": "system",
                 "tool": "tool"}  # fmt: skip
"""Axolotl 0.19.0 to 0.21.0 prompt_strategies/chat_template.py: the roles of `chat_template` where none are named."""
PAIR_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "tool": "tool"}
"""The same of its transforms for pairs (prompt_strategies/dpo/chat_template.py)."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A column that holds lists of messages: the keys of a message, and the names of those who speak.

    `images`, `sounds`: some of its contents are such. `single`: it holds one message, not a list. `length`: of the
    shortest. `training`: the key that tells whether a message is learned.
    """

    column: str
    role: str
    content: str
    speakers: tuple[str, ...]
    images: bool = False
    sounds: bool = False
    single: bool = False
    length: int = 1
    training: str | None = None

    @property
    def mapping(self) -> dict[str, str] | None:
        """`message_property_mappings`, None where the usual ones hold."""
        usual = (self.role, self.content) == ("role", "content")
        return None if usual else {"role": self.role, "content": self.content}

    def roles(self, known: Mapping[str, str]) -> dict[str, list[str]] | None:
        """`roles`, None where the known ones do: what is named takes the place of all of those."""
        if all(known.get(one) is not None for one in self.speakers):
            return None
        found: dict[str, list[str]] = {"user": ["user"], "assistant": ["assistant"], "system": ["system"],
                                       "tool": ["tool"]}  # fmt: skip
        for one in self.speakers:
            who = speaker(one)
            if who is not None and one not in found[who]:
                found[who].append(one)
        return found

    @property
    def strangers(self) -> tuple[str, ...]:
        """Those who speak and of whom nobody knows who they are."""
        return tuple(one for one in self.speakers if speaker(one) is None)

    @property
    def answers(self) -> bool:
        """Whether an assistant speaks."""
        return any(speaker(one) == "assistant" for one in self.speakers)


def talk(head: Head, column: str) -> Talk | None:
    """The column as messages, None where it does not hold any in the rows that were read."""
    values = [_parsed(value) for value in head.values(column)]
    lists = [[value] if isinstance(value, dict) else value for value in values]
    found = [one for value in lists if isinstance(value, list) for one in value if isinstance(one, dict)]
    if not found or any(not isinstance(value, list) for value in lists):
        return None
    role, content = (named(f"message.{part}", [str(key) for one in found[:40] for key in one])
                     for part in ("role", "content"))  # fmt: skip
    if role is None or content is None:
        return None
    speakers = tuple(dict.fromkeys(str(one[role]) for one in found if one.get(role) is not None))
    parts = [part for one in found for part in _parts(one.get(content))]
    pictures, sounds = any(map(is_picture, parts)), any(map(is_sound, parts))
    single = all(isinstance(value, dict) for value in values)
    shortest = min(len(value) for value in lists if isinstance(value, list))
    return Talk(column, role, content, speakers, pictures, sounds, single, shortest, _mark(found, role))


def _mark(messages: Sequence[Mapping[str, object]], role: str) -> str | None:
    """The key that tells of messages whether they are learned: true and false, or 1 and 0, and of one it is not."""
    key = named("message.training", dict.fromkeys(str(key) for one in messages for key in one if key != role))
    told = [one[key] for one in messages if key is not None and one.get(key) is not None]
    return key if all(one in (0, 1) for one in told) and 0 in told else None


def fault(head: Head, one: Talk) -> str | None:
    """What Axolotl stops at in a column of messages: a row without any, or a message without a role or a text.

    axolotl 0.21.0 prompt_strategies/chat_template.py `_get_messages`, `get_conversation_thread`; executed.
    """
    for number, row in enumerate(head.rows, 1):
        messages = _parsed(row.get(one.column))
        if not messages or not isinstance(messages, list):
            return f"row {number} has no messages in `{one.column}`"
        for message in messages:
            if not isinstance(message, dict) or message.get(one.role) is None:
                return f"row {number} has something in `{one.column}` that is no message with {one.role}"
            if not isinstance(message.get(one.content, ""), str | list | None):
                return f"row {number} has a {one.content} in `{one.column}` that is no text"
    return None


def talks(head: Head) -> list[Talk]:
    """Every column of messages, those first whose name says so."""
    found = [one for column in head.columns if (one := talk(head, column)) is not None]
    return sorted(found, key=lambda one: named("messages", [one.column]) is None)


def is_text(head: Head, column: str) -> bool:
    """Whether a column holds texts, and nothing else: a number or a list among them stops the tokenizer."""
    values = [value for value in head.values(column) if value != ""]
    return bool(values) and all(isinstance(value, str) for value in values)


def is_number(head: Head, column: str) -> bool:
    """Whether a column holds numbers, which a text may be put together with, and which are not learned."""
    values = head.values(column)
    return bool(values) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)


def odd_cell(head: Head) -> str | None:
    """The first cell that is no text in a column that begins with texts; None where there is none."""
    for column in head.columns:
        begins = next((value for value in head.values(column) if value != ""), None)
        if isinstance(begins, str) and not is_text(head, column) and not is_called("aside", column):
            number = next(place for place, row in enumerate(head.rows, 1)
                          if not isinstance(row.get(column), str | None))  # fmt: skip
            return f"row {number} has something in `{column}` that is no text"
    return None


def texts(head: Head) -> list[str]:
    """The columns that hold texts."""
    return [column for column in head.columns if is_text(head, column)]


def joint(head: Head, asked: str, answer: str) -> str:
    """What stands between a prompt and its completion: a line's end where neither has a blank there."""
    both = [(str(row.get(asked) or ""), str(row.get(answer) or "")) for row in head.rows]
    parted = all(before[-1:].isspace() or after[:1].isspace() for before, after in both)
    return "" if parted else "\n"


def unread(head: Head) -> str | None:
    """A column of which no form of plain texts reads anything, and what it holds: `answers` with lists of texts.

    What stands beside the texts anyway (ids, pictures, tools) is left out.
    """
    for column in head.columns:
        if any(is_called(one, column) for one in ("aside", "images", "tools")) or is_text(head, column):
            continue
        first = next((value for value in head.values(column) if value not in ("", [])), None)
        if is_called("answer", column) and is_number(head, column):
            return f"`{column}` holds numbers"
        if isinstance(first, dict) and any(isinstance(one, str | list | dict) for one in first.values()):
            return f"`{column}` holds blocks"
        if isinstance(first, list) and not isinstance(first[0], int | float):
            return f"`{column}` holds lists"
    return None


def wrapped(head: Head) -> str | None:
    """The column of a file's only row under which all of its rows stand, as a list of blocks; None where none is."""
    if len(head.rows) != 1 or head.kind == "csv" or any(not is_called("aside", one) for one in texts(head)):
        return None
    for column, value in head.rows[0].items():
        blocks = value if isinstance(value, list) and len(value) > 1 else []
        if blocks and all(isinstance(one, dict) for one in blocks) and talk(head, column) is None:
            keys = tuple(dict.fromkeys(str(key) for one in blocks for key in one))
            inner = Head(head.path, head.kind, columns=keys, rows=tuple(blocks))
            if talks(inner) or len(texts(inner)) > 1:
                return column
    return None


def nested(head: Head) -> str | None:
    """`data.messages` where a list of messages stands inside the blocks of another column."""
    for column in head.columns:
        blocks = [value for value in head.values(column) if isinstance(value, dict)]
        keys = tuple(dict.fromkeys(str(key) for block in blocks for key in block))
        inner = talks(Head(head.path, head.kind, columns=keys, rows=tuple(blocks)))
        if inner:
            return f"{column}.{inner[0].column}"
    return None


def _parsed(value: object) -> object:
    """A text that is a list of messages written as JSON, as Axolotl reads it."""
    if not isinstance(value, str) or not value.lstrip().startswith("[{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _parts(content: object) -> Iterator[object]:
    if isinstance(content, list):
        yield from content


def is_picture(part: object) -> bool:
    """Whether a part of a content is a picture."""
    return isinstance(part, dict) and str(part.get("type")) in ("image", "image_url")


def is_sound(part: object) -> bool:
    """Whether a part of a content is a sound, as processors take it (transformers 5.20 processing_utils.py,
    `apply_chat_template`).
    """
    return isinstance(part, dict) and part.get("type") == "audio"
