"""One model of each architecture, and of each kind of it that other code is run for."""

from __future__ import annotations

from functools import cache

from wizard.knowledge.axolotl.architectures import traits
from wizard.knowledge.models.catalogue import built, catalogue

FIRST = {str(row.config["model_type"]): row.id for row in reversed(catalogue().values())}
"""By model_type, the first that the catalogue has."""


def kinds() -> dict[str, str]:
    """FIRST, and after it the first of each other kind: "gemma4: experts gemma4_text"."""
    return FIRST | {kind: names[0] for kind, names in members().items()}


@cache
def members() -> dict[str, tuple[str, ...]]:
    """Every model of the catalogue, by its kind."""
    found: dict[str, list[str]] = {}
    for name in catalogue():
        model = built(name)
        plain = traits(model) == traits(built(FIRST[model.architecture]))
        kind = model.architecture if plain else f"{model.architecture}: {' '.join(traits(model))}"
        found.setdefault(kind, []).append(name)
    return {kind: tuple(names) for kind, names in found.items()}
