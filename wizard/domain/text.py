"""Text that can be shown as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from math import isfinite, isnan
from textwrap import fill


def plain(text: str) -> str:
    """The text on one line, without characters that steer a terminal."""
    return text if text.isprintable() else "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def sentence(text: object) -> str:
    """A text with a full stop, where it has no end yet."""
    said = str(text)
    return said if said.endswith((".", "!", "?")) else f"{said}."


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut behind a word where there is one, with a sign that there was more."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,.:;(") + "…"


def clauses(text: str, most: int) -> str:
    """As many of its clauses as fit whole, where they fill most of the room; else `shortened`."""
    if len(text) <= most:
        return text
    ends = [match.start() for match in re.finditer(r": |, |; | \(", text[: most + 2]) if match.start() <= most]
    return text[: ends[-1]] if ends and ends[-1] >= 0.7 * most else shortened(text, most)


def narrow(text: str, width: int = 79) -> str:
    """Its lines, broken between words where they are wider; those that begin with four blanks, commands, stay whole."""
    return "\n".join(
        line if line.startswith("    ") else fill(
            line, width, subsequent_indent=" " * (2 + len(line) - len(line.lstrip())),
            break_long_words=False, break_on_hyphens=False,
        )
        for line in text.split("\n")
    )  # fmt: skip


def joined(lines: Iterable[str]) -> str:
    """Lines as one text; a line of it stays one, whatever it holds."""
    return "\n".join(map(plain, lines))


_STEERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)"
)
"""What may move a terminal's cursor, turn its text around or end a line: C0 and C1, DEL, bidi marks, separators."""


def safe(text: str, form: str = "\\u{:04x}") -> str:
    """Lines as they may go to a terminal: what could steer it stands as `\\u001b`, which JSON reads back."""
    return _STEERS.sub(lambda match: form.format(ord(match[0])), text)


_WORD = re.compile(r"[A-Za-z_./~][\w./+@=-]*(?: [\w./+@=-]+)*")
_OTHER = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "~", "nan", ".nan", ".inf"})
"""Words that YAML, or who reads, takes for something else than a text."""


def in_yaml(value: object) -> str:
    """A value of a file as YAML writes it on one line: `true`, `null`, `{path: data.jsonl}`; a text as it is."""
    return plain(value) if isinstance(value, str) else plain(_inner(value))


def _inner(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inner(key)}: {_inner(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inner, value)) + "]"
    if isinstance(value, float) and not isfinite(value):
        return ".nan" if isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, str) and (_WORD.fullmatch(value) is None or value.lower() in _OTHER):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def quoted(value: object) -> str:
    """The same with a text in quotes, for a sentence that says what a key is."""
    return f"'{in_yaml(value)}'" if isinstance(value, str) else in_yaml(value)
