"""What changes from one text to another."""

from __future__ import annotations

import difflib
from io import StringIO

from wizard.domain.text import plain


def unified(old: str, new: str, name: str, before: str | None = None) -> str:
    """A unified difference; empty where both are the same. `before`: what the old text is, if not the file as it is."""
    named = plain(name)
    lines = difflib.unified_diff(
        list(StringIO(old, newline="\n")),  # a text's other line ends (U+2028, ...) end no line of a file
        list(StringIO(new, newline="\n")),
        plain(before) if before else f"{named} (as it is)",
        f"{named} (as it would be)",
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
