"""Digits that lead to steps; with Alt a key of its own, where Textual makes of it the sign that a Mac types."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from textual.events import Key

from wizard.questions import steps
from wizard.ui.keys import DIGITS

try:
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
except ImportError:  # private: then Alt and a digit stay signs
    ANSI_SEQUENCES_KEYS = {}


def know_alt_digits() -> None:
    """Let what a terminal sends for Alt+1 to Alt+9 be the keys `alt+1` to `alt+9`, not `¡` to `ª`.

    The sign itself, as a keyboard sends it that has it, stays a sign.
    """
    table: dict[str, Any] = ANSI_SEQUENCES_KEYS  # type: ignore[assignment]
    for digit in DIGITS:
        if isinstance(table.get(f"\x1b{digit}"), str):
            table[f"\x1b{digit}"] = (SimpleNamespace(value=f"alt+{digit}"),)


def step_of(event: Key, *, in_a_box: bool) -> int | None:
    """The step that a key leads to: a digit outside boxes, with Alt everywhere."""
    plain = event.key.removeprefix("alt+")
    number = DIGITS.find(plain if plain != event.key else event.character or "none")
    typed = plain == event.key and in_a_box
    return number if 0 <= number < len(steps.STEPS) and not typed else None
