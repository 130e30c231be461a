"""Chat templates as a text of the file: whether Jinja can read them, by their marks alone.

Source: jinja2 3.1 lexer.py and parser.py; axolotl 0.21.0 prompt_strategies/jinja_template_analyzer.py:75, for its
extra tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_MARKS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_MARK = re.compile(r"\{[{%#]")
_BLOCKS = ("for", "if", "macro", "call", "filter", "block", "with", "autoescape", "generation")
_LONE = ("elif", "else", "break", "continue", "include", "import", "from", "extends", "print")
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_TAG = re.compile(r"[-+]?\s*(\w+)(.*)", re.DOTALL)
_ENDS_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")


def text(values: Mapping[str, object]) -> str | None:
    """The template that stands in the file, or in an entry of it; None where a path, or another template, counts."""
    written = values.get("chat_template_jinja")
    named = values.get("chat_template")
    if not isinstance(written, str) or named not in (None, "jinja"):
        return None
    return written if has_marks(written) else None


def names_one(entry: Mapping[str, object]) -> bool:
    """Whether an entry has a template of its own, beside that of the whole file."""
    return bool(entry.get("chat_template") or entry.get("chat_template_jinja"))


def has_marks(written: str) -> bool:
    """Whether Jinja has anything to do in a text; without, it is a path, or says the same always."""
    return any(mark in written for mark in _MARKS)


def fault(template: str | None) -> str | None:
    """What Jinja can't read in it; None where it can, or where there is none."""
    if template is None:
        return None
    open_blocks: list[str] = []
    for tag, rest in _tags(template):
        if tag in _MARKS:
            return f"a {tag} is not closed"
        if tag.startswith("end"):
            if not open_blocks or open_blocks[-1] != tag.removeprefix("end"):
                return f"{{% {tag} %}} ends " + (f"a {open_blocks[-1]}" if open_blocks else "nothing")
            open_blocks.pop()
        elif tag in _BLOCKS or (tag == "set" and "=" not in _QUOTED.sub("", rest)):
            open_blocks.append(tag)
        elif tag not in (*_LONE, "set"):
            return f"Jinja knows no tag {tag}"
    return f"{{% {open_blocks[-1]} %}} has no end{open_blocks[-1]}" if open_blocks else None


def _tags(template: str) -> Iterator[tuple[str, str]]:
    """The name of each tag and what follows it; a mark that is not closed comes as itself, the last."""
    place = 0
    while (mark := _MARK.search(template, place)) is not None:
        body, place = _inside(template, mark.end(), _MARKS[mark[0]])
        if place < 0:
            yield mark[0], ""
            return
        tag = _TAG.match(body) if mark[0] == "{%" else None
        if tag is not None and tag[1] == "raw":
            end = _ENDS_RAW.search(template, place)
            if end is None:
                if template[place:] not in ("", "\n"):  # Jinja looks for the end only where something follows
                    yield "{%", ""
                return
            place = end.end()
        elif tag is not None:
            yield tag[1], tag[2]


def _inside(template: str, start: int, end: str) -> tuple[str, int]:
    """What stands up to a closing mark, and the place behind it, -1 where there is none: texts in quotes are passed."""
    place = start
    while True:
        at = template.find(end, place)
        if at < 0:
            return "", -1
        quote = None if end == "#}" else _QUOTED.search(template, place, len(template))
        if quote is None or quote.start() > at:
            return template[start:at], at + 2
        place = quote.end()
