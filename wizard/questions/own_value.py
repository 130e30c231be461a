"""What a plan has that is none of the answers of a choice, as one more answer that keeps it."""

from __future__ import annotations

from collections.abc import Callable

from wizard.domain.text import in_yaml
from wizard.questions.question import Choice, Option, Situation

_LONGEST = 40


def own_value(
    choice: Choice, options: tuple[Option, ...], situation: Situation, source: Callable[[str], str]
) -> Option | None:
    """The value that stands there, `muon, from your file`; None where nothing is written or an answer has it.

    `source`: where the value of a field comes from.
    """
    if choice.current(situation) is not None:
        return None
    fields = (choice.field, *(name for option in options for name in option.changes))
    written = next((name for name in fields if situation.plan.get(name) is not None), None)
    if written is None or written == "datasets":
        return None
    text = in_yaml(situation.plan.get(written))
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return Option(f"{shown}, from {source(written)}", f"{written} stays as it is written.", {})
