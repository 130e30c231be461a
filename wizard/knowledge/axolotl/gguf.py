"""The weight types of a GGUF export; gguf.toml, typed."""

from __future__ import annotations

from functools import cache

from wizard.knowledge.load import toml


@cache
def gguf_types() -> tuple[str, ...]:
    """The names, in capitals."""
    return tuple(toml("axolotl/gguf")["types"])
