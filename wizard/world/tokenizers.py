"""The tokenizer of a model, out of its folder or the Hugging Face cache (the extra `memwizard[data]`).

Nothing else imports the library `tokenizers`. The network is never asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.world import cache

FILE = "tokenizer.json"
MAX_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Counts the tokens of a text, without marks; `marks`: the tokens it puts before one (BOS). `name`: its model."""

    name: str
    count: Callable[[str], int]
    marks: int


def tokenizer(name: object, folder: Path | None = None) -> tuple[Tokenizer | None, str]:
    """The tokenizer of a folder or of `owner/name` in the cache; None, and why, where there is none to use."""
    if not isinstance(name, str) or not name.strip():
        return None, "no model is named"
    place = _place(name, folder)
    if place is None:
        return None, f"no {FILE} of {name} is on this machine"
    try:
        from tokenizers import Tokenizer as Library
    except ImportError:
        return None, "the package that reads it is not installed: pip install 'memwizard[data]'"
    try:
        if place.stat().st_size > MAX_BYTES:
            return None, f"the {FILE} of {name} is larger than {MAX_BYTES >> 20} MiB"
        made: Any = Library.from_file(str(place))
        made.no_truncation()
        made.no_padding()
        made.encode("a", add_special_tokens=False)
        marks = int(made.num_special_tokens_to_add(False))
    except BaseException as error:
        if not _refuses(error):
            raise
        return None, f"the {FILE} of {name} can't be used ({type(error).__name__})"

    def count(text: str) -> int:
        whole = text if text.isascii() else text.encode(errors="replace").decode()  # half a character can't be encoded
        try:
            return len(made.encode(whole, add_special_tokens=False).ids)
        except BaseException as error:
            if not _refuses(error):
                raise
            raise InputError(f"fails on a row ({type(error).__name__})", file=str(place)) from None

    return Tokenizer(name, count, marks), ""


def _refuses(error: BaseException) -> bool:
    """Whether the library says no; a panic of Rust is no Exception."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _place(name: str, folder: Path | None) -> Path | None:
    for start in (Path(), *([folder] if folder else [])):
        try:
            place = start / os.path.expanduser(name) / FILE
            if place.is_file():
                return place
        except (OSError, ValueError, RuntimeError):
            continue
    repo = cache.hub_id(name)
    found = cache.find(repo, FILE) if repo else None
    return found.folder / FILE if found else None
