"""Lines of YAML with keys, comments and values told apart; without colour they are what they are."""

from __future__ import annotations

import re

from rich.text import Text

_KEY = re.compile(r"^(\s*(?:- )*)([^\s#:][^:#]*)(:)(?=\s|$)")
_COMMENT = re.compile(r"(^|\s)#.*$")


def highlighted(text: str) -> Text:
    """A file."""
    return Text("\n").join(yaml_line(line) for line in text.splitlines())


def yaml_line(line: str) -> Text:
    """One line: the key in bold, a comment faint."""
    found = Text(line)
    key = _KEY.match(line)
    if key is not None:
        found.stylize("bold", key.start(2), key.end(2))
    comment = _COMMENT.search(line)
    if comment is not None and line[: comment.start()].count('"') % 2 == 0:
        found.stylize("dim", comment.start())
    return found
