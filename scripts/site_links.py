"""A hook of the site: a link to a file of the repository that no page is becomes the file's name."""

from __future__ import annotations

import re
from typing import Any

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)#\s]+)(?:#[^)]*)?\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page as the site has it."""
    return _OUTSIDE.sub(_named, markdown)


def _named(link: re.Match[str]) -> str:
    words, path = link[1].strip("`"), link[2]
    return f"`{path}`" if path.endswith(words) else f"{link[1]} (`{path}`)"
