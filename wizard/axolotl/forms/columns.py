"""What the columns of a data file hold: texts, lists of messages, or something else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wizard.domain.head import Head
from wizard.knowledge.axolotl.column_names import named, speaker

DEFAULT_ROLES = {"human": "user", "user": "user", "assistant": "assistant", "gpt": "assistant", "system": "system",
                 "tool": "tool"}  # fmt: skip
"""Axolotl 0.19.0 to 0.21.0 prompt_strategies/chat_template.py: the roles of `chat_template` where none are named."""
PAIR_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "tool": "tool"}
"""The same of its transforms for pairs (prompt_strategies/dpo/chat_template.py)."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A column that holds lists of messages: the keys of a message, and the names of those who speak.

    `images`: some of its contents are pictures. `single`: it holds one message, not a list. `length`: of the first.
    """

    column: str
    role: str
    content: str
    speakers: tuple[str, ...]
    images: bool = False
    single: bool = False
    length: int = 1

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
    pictures = any(_is_picture(part) for one in found for part in _parts(one.get(content)))
    single = all(isinstance(value, dict) for value in values)
    first = lists[0]
    return Talk(column, role, content, speakers, pictures, single, len(first) if isinstance(first, list) else 1)


def talks(head: Head) -> list[Talk]:
    """Every column of messages, those first whose name says so."""
    found = [one for column in head.columns if (one := talk(head, column)) is not None]
    return sorted(found, key=lambda one: named("messages", [one.column]) is None)


def is_text(head: Head, column: str) -> bool:
    """Whether a column holds texts: the first that is not empty is one."""
    first = next((value for value in head.values(column) if value not in ("", [])), None)
    return isinstance(first, str)


def texts(head: Head) -> list[str]:
    """The columns that hold texts."""
    return [column for column in head.columns if is_text(head, column)]


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


def _is_picture(part: object) -> bool:
    return isinstance(part, dict) and str(part.get("type")) in ("image", "image_url")
