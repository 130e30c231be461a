"""Which places of a rendered conversation are learned.

Source: axolotl 0.21.0 prompt_strategies/chat_template.py:_tokenize_single_prompt, _find_turn_from_text: a turn is where
the text differs from one in which something else stands in its place. 0.19 and 0.20 look for the same with tokens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from wizard.data.thread import Thread
from wizard.domain.conversation import Render, Turn

_STANDINS = ("[[dummy_message]]", "zzdummymessagezz")
_NEAR = 3
"""Tokens that may stand between a turn and its end."""
_TOKEN = re.compile(r"<[^<>\s]{1,40}>|\[/?[A-Z_]{1,24}\]|\s?\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Learning:
    """What of a conversation is to be learned: the turns of these roles, or all, and which ends of turns.

    `eos`: the end-of-sequence token; `ends`: the tokens that end a turn. `on_eos`, `on_end`: all, turn, last or none.
    """

    roles: tuple[str, ...] = ("assistant",)
    inputs: bool = False
    on_eos: str | None = "turn"
    on_end: str | None = "turn"
    eos: str | None = None
    ends: tuple[str, ...] = ()


def spans(thread: Thread, render: Render, asked: Learning) -> tuple[str, list[tuple[int, int]]]:
    """The text of a conversation, and the places in it that are learned. Raises TemplateRefused."""
    text = render(thread.turns, thread.tools)
    if not asked.roles and not asked.on_eos and not asked.on_end:
        return text, [(0 if asked.inputs else _common(text, _prompt(thread, render)), len(text))]
    found: list[tuple[int, int]] = []
    last: dict[str, tuple[int, int]] = {}
    for number, turn in enumerate(thread.turns):
        trained = bool(turn.get("training", asked.inputs or turn.get("role") in asked.roles))
        if not trained and "all" not in (asked.on_eos, asked.on_end):
            continue
        place = _place(thread, number, text, render)
        if place is None:
            continue
        if trained:
            found.append(place)
        for kind, option, end in _ends(text, place[1], asked):
            last[kind] = end
            if option == "all" or (option == "turn" and trained):
                found.append(end)
    found += [last[kind] for kind, option in (("end", asked.on_end), ("eos", asked.on_eos))
              if option == "last" and kind in last]  # fmt: skip
    return text, found


def _prompt(thread: Thread, render: Render) -> str:
    """All but the last turn: without the mark that asks for an answer, which `render` does not put."""
    return render(thread.turns[:-1], thread.tools)


def _common(one: str, other: str) -> int:
    most = min(len(one), len(other))
    return next((place for place in range(most) if one[place] != other[place]), most)


def _place(thread: Thread, number: int, text: str, render: Render) -> tuple[int, int] | None:
    """Where a turn stands; None where it does not."""
    found = []
    for standin in _STANDINS:
        other: Turn = {"role": thread.turns[number].get("role"), "content": standin}
        without = render([*thread.turns[:number], other, *thread.turns[number + 1 :]], thread.tools)
        start = _common(text, without)
        most = min(len(text), len(without)) - start
        back = _common(text[::-1][:most], without[::-1][:most])
        found.append((start, len(text) - back))
    start, end = min(one for one, _ in found), max(one for _, one in found)
    return (start, end) if end > start else None


def _ends(text: str, after: int, asked: Learning) -> Iterator[tuple[str, str | None, tuple[int, int]]]:
    """The first token that ends a turn, and the first eos, where they stand at most three tokens behind it."""
    for kind, option, tokens in (("end", asked.on_end, asked.ends), ("eos", asked.on_eos, (asked.eos,))):
        found = sorted((text.find(one, after), one) for one in tokens if one and one in text[after:])
        if found and len(_TOKEN.findall(text[after : found[0][0]])) <= _NEAR:
            yield kind, option, (found[0][0], found[0][0] + len(found[0][1]))


def whole_marks(text: str, places: Iterable[tuple[int, int]], marks: Collection[str]) -> list[tuple[int, int]]:
    """Places in a text, each made so wide that no mark, which is one token, is learned in part."""
    known = sorted(filter(None, marks), key=len, reverse=True)
    if not known:
        return list(places)
    tokens = [one.span() for one in re.finditer("|".join(map(re.escape, known)), text)]
    found = []
    for start, end in places:
        begin = min((one for one, close in tokens if one < start < close), default=start)
        found.append((begin, max((close for one, close in tokens if one < end < close), default=end)))
    return found
