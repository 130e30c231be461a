"""Text that can be shown as it is."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text on one line, without characters that steer a terminal."""
    return text if text.isprintable() else "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
