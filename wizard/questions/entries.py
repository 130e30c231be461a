"""Ways to read and write a field that is typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.spelled import spelled, text_of
from wizard.domain.values import mapping
from wizard.questions.question import Situation

Write = Callable[[str, Situation], Mapping[str, object]]


def shown(field: str, default: object = "") -> Callable[[Plan], str]:
    """Shows a field as it is written, or its default."""

    def read(plan: Plan) -> str:
        value = plan.get(field, default)
        return text_of(value) if isinstance(value, float) else str(value)

    return read


def whole(field: str, low: int, high: int) -> Write:
    """Takes a whole number between two bounds."""

    def write(text: str, situation: Situation) -> Mapping[str, object]:
        try:
            number = int(text.strip().replace("_", "").replace(",", ""))
        except ValueError:
            raise InputError(f"{field} takes a whole number") from None
        if not low <= number <= high:
            raise InputError(f"{field} is between {low:,} and {high:,}")
        return {field: number}

    return write


def real(field: str, low: float, high: float) -> Write:
    """Takes a number between two bounds; `2e-4` too, which stays written so."""

    def write(text: str, situation: Situation) -> Mapping[str, object]:
        try:
            number = spelled(text)
        except ValueError:
            raise InputError(f"{field} takes a number") from None
        if not (math.isfinite(number) and low <= number <= high):
            raise InputError(f"{field} is between {low:g} and {high:g}")
        return {field: int(number) if number.is_integer() and field != "learning_rate" else number}

    return write


def inside(block: str, key: str, write: Write) -> Write:
    """Takes the value of a key within a block; `write` is that of the key alone."""

    def within(text: str, situation: Situation) -> Mapping[str, object]:
        return {block: {**mapping(situation.plan, block), **write(text, situation)}}

    return within


def text(field: str) -> Write:
    """Takes any text but an empty one."""

    def write(value: str, situation: Situation) -> Mapping[str, object]:
        return {field: seen(value, f"{field} can't be empty")}

    return write


def optional(write: Write, *fields: str) -> Write:
    """Takes what another way takes; an empty text takes the fields out."""

    def written(value: str, situation: Situation) -> Mapping[str, object]:
        return write(value, situation) if value.strip() else dict.fromkeys(fields, REMOVE)

    return written


def seen(value: str, empty: str) -> str:
    """A text without the space around it. Raises InputError where nothing is left, or with what can't be seen in it."""
    text = value.strip()
    if not text:
        raise InputError(empty)
    if not text.isprintable():
        raise InputError("there is a character in it that can't be seen; type it again")
    return text
