"""The model_type of repositories outside the catalogue, of whose shapes nothing is known; outside.toml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from wizard.knowledge.load import toml


def type_of(name: str) -> str | None:
    """The model_type by a repository's id, without regard to case; None where it is not known."""
    return _types().get(name.strip().rstrip("/").lower())


@cache
def _types() -> Mapping[str, str]:
    rows: dict[str, list[str]] = toml("models/outside")["types"]
    return {name.lower(): kind for kind, names in rows.items() for name in names}
