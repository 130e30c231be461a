"""Whether the terminal is light or dark, by its own answer (OSC 11).

Nothing waits for the answer: it is heard among the keys whenever it comes, in one round trip over SSH or never, and is
not taken for something typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

ASKS = "\x1b]11;?\x1b\\"
_ANSWER = re.compile(r"\x1b\]11;([^\x07\x1b]*)(?:\x07|\x1b\\)")
_BEGUN = re.compile(r"\x1b\]1?1?;?[^\x07\x1b]{0,60}\x1b?$")
_COLOUR = re.compile(r"rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")


def is_light(answer: str) -> bool | None:
    """Whether `rgb:ffff/ffff/ffff` is a light colour; None where it is no colour."""
    found = _COLOUR.match(answer)
    if found is None:
        return None
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return bool(0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5)  # ITU-R BT.709


class Ear:
    """Takes answers out of what a terminal sends; `told` is called with each that is a colour."""

    def __init__(self, told: Callable[[bool], object]) -> None:
        self._told = told
        self._held = ""

    def without_answers(self, data: str) -> str:
        """What is left for the keys. The beginning of an answer is held back until the rest of it comes."""
        data, self._held = self._held + data, ""
        for answer in _ANSWER.findall(data):
            light = is_light(answer)
            if light is not None:
                self._told(light)
        data = _ANSWER.sub("", data)
        begun = _BEGUN.search(data)
        if begun is not None and begun[0].startswith("\x1b]11;"):
            self._held = begun[0]
            return data[: begun.start()]
        return data


def hear(told: Callable[[bool], object]) -> bool:
    """Let Textual's reader of keys hear answers; False where it is not as known, and nothing may be asked."""
    try:
        from textual._parser import Parser
        from textual.drivers import linux_driver

        reader: Any = getattr(linux_driver, "XTermParser")  # noqa: B009 (it is not exported)
        known: Any = getattr(reader, "plain", reader)
        if not issubclass(known, Parser):
            return False
    except (ImportError, AttributeError, TypeError):
        return False
    ear = Ear(told)

    class Hearing(known):  # type: ignore[misc]
        plain = known

        def feed(self, data: str) -> Iterable[Any]:
            left = ear.without_answers(data)
            return super().feed(left) if left or not data else ()

    setattr(linux_driver, "XTermParser", Hearing)  # noqa: B010 (it is not exported)
    return True
