"""What changes from one text to another."""

from __future__ import annotations

import difflib


def unified(old: str, new: str, name: str, before: str | None = None) -> str:
    """A unified difference; empty where both are the same. `before`: what the old text is, if not the file as it is."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        before or f"{name} (as it is)",
        f"{name} (as it would be)",
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
