"""Pairs whose rows have another form than a kind of training reads: how one of its rows is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from wizard.axolotl.forms.answer import Detected
from wizard.axolotl.forms.pairs import read_pairs
from wizard.domain.head import Head

Message = Mapping[str, object]
KINDS = ("reward", "orpo")
"""Kinds of training with one form of pairs alone."""
LINES = "jsonl"
"""The same rows in a file that Axolotl reads."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The columns of pairs. `asked`: what is answered; None where the answers are whole conversations."""

    asked: str | None
    chosen: str
    rejected: str


class OtherRowError(Exception):
    """A row that no row of that form holds: why, after its number."""


def pairs_of(head: Head) -> Pairs | None:
    """The columns of a file of pairs, as DPO reads them; None where it holds none."""
    found = read_pairs(head, "")
    if not isinstance(found, Detected):
        return None
    made = found.entry
    chosen, rejected = str(made.get("field_chosen", "chosen")), str(made.get("field_rejected", "rejected"))
    kind = str(made["type"])
    if kind == "chat_template.argilla_chat":
        return Pairs(None, chosen, rejected)
    if kind == "chat_template.default":
        return Pairs(str(made.get("field_messages", "messages")), chosen, rejected)
    return Pairs(next(one for one in ("prompt", "question", "input") if one in head.columns), chosen, rejected)


def recast_file(path: str, kind: str) -> str:
    """What the rows are written to where no other file is named: `pairs-reward.jsonl`."""
    place = PurePath(path)
    of_kind = "" if kind == LINES else f"-{kind}"
    name = place.name[:-3] if place.name.lower().endswith(".gz") else place.name
    return str(place.with_name(f"{PurePath(name).stem}{of_kind}.jsonl"))


def can_be(head: Head, kind: str) -> str:
    """The kind, where rows for it can be made of these pairs; else nothing."""
    return kind if kind in KINDS and pairs_of(head) is not None else ""


def recast(row: Mapping[str, object], pairs: Pairs, kind: str) -> dict[str, object]:
    """A row as this kind of training reads it. Raises OtherRowError.

    axolotl 0.21.0 prompt_strategies/bradley_terry/chat_template.py (one question and two answers, texts),
    orpo/chat_template.py (`get_prompt`: user and assistant by turns, a system prompt in a column of its own).
    """
    asked, good, bad = _parts(row, pairs)
    system, before = _without_system(row, asked)
    speakers = [one.get("role") for one in before]
    if speakers != [("user", "assistant")[place % 2] for place in range(len(before))] or len(before) % 2 == 0:
        raise OtherRowError("does not go from user to assistant by turns")
    if kind == "orpo":
        talk = [{"role": one["role"], "content": _said(one)} for one in before]
        answers = ({"role": "assistant", "content": _said(one)} for one in (good, bad))
        chosen, rejected = ([*talk, answer] for answer in answers)
        return {"system": system, "chosen": chosen, "rejected": rejected}
    if len(before) > 1:
        raise OtherRowError(f"has {len(before)} messages before the answers, and there is room for one")
    return {"system": system, "input": _said(before[0]), "chosen": _said(good), "rejected": _said(bad)}


def _parts(row: Mapping[str, object], pairs: Pairs) -> tuple[list[Message], Message, Message]:
    """What is answered, the better and the worse answer."""
    good, bad = (_messages(row.get(column), "assistant") for column in (pairs.chosen, pairs.rejected))
    if not good or not bad:
        raise OtherRowError("has no chosen or no rejected answer")
    if pairs.asked is not None:
        asked = _messages(row.get(pairs.asked), "user")
    elif good[:-1] == bad[:-1]:
        asked = good[:-1]
    else:
        raise OtherRowError("has answers to two different conversations")
    return asked, good[-1], bad[-1]


def _messages(value: object, speaker: str) -> list[Message]:
    """A column as messages: a text is one of this speaker."""
    if isinstance(value, str):
        return [{"role": speaker, "content": value}] if value else []
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, Mapping)]


def _without_system(row: Mapping[str, object], asked: list[Message]) -> tuple[str, list[Message]]:
    """The system prompt, of the messages or of a column, and the messages behind it."""
    if asked and asked[0].get("role") == "system":
        return _said(asked[0]), asked[1:]
    beside = row.get("system")
    return (beside if isinstance(beside, str) else ""), asked


def _said(message: Message) -> str:
    """The text of a message. Raises OtherRowError where it holds more than that."""
    content = message.get("content")
    if not isinstance(content, str) or not content or message.get("tool_calls"):
        raise OtherRowError("has a message that is no text alone")
    return content
