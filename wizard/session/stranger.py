"""A model that is found nowhere here: the ways to go on with it all the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from wizard.knowledge.models.catalogue import catalogue
from wizard.knowledge.models.of_size import size_said, size_text
from wizard.session.model_search import Priced, found


@dataclass(frozen=True, slots=True)
class Onward:
    """Ask the hub for it, or take it to be `like` another model or a size."""

    kind: Literal["hub", "like"]
    like: str = ""


def may_be_one(name: str) -> bool:
    """Whether a text can be the name of a model that is not known: an id with its owner, or a folder."""
    return "/" in name.strip("/") or name.startswith((".", "~", "/"))


def way_of(text: str) -> Onward | None:
    """The way that `hub`, `shapes as Qwen3-8B`, `about 7B` or `7b` means; None where it is something else."""
    words = " ".join(text.split())
    if words.lower() in ("hub", "look it up"):
        return Onward("hub")
    size = size_said(words)
    if size is not None:
        return Onward("like", size_text(size))
    like = re.fullmatch(r"(?:shapes )?as (\S+)", words, re.IGNORECASE)
    return Onward("like", like[1]) if like else None


def alike_text(shapes: str, name: str = "It") -> str:
    """What a model is taken to be like: another one, or its size alone."""
    return f"{name} is taken as {shapes}." if size_said(shapes) else f"{name} has the shapes of {shapes}."


def alike(text: str, most: int = 6) -> list[str]:
    """What a text may mean as the shapes of a model: a size, or models of the catalogue that have all its words."""
    size = size_said(text)
    if size is not None:
        return [size_text(size)]
    rows: list[Priced] = [(row, "unknown", 0) for row in catalogue().values()]
    return [name for name, *_ in found(rows, text)][:most] if text.strip() else []
