"""A small catalogue of the tests' own, so that a new model or preset changes no picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli

from wizard.knowledge.models import catalogue as models
from wizard.world import presets

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def small_catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Seven models and four presets, fixed."""
    text = (SMALL / "models.toml").read_text(encoding="utf-8")
    rows: dict[str, Any] = tomli.loads(text)
    kept = (models.catalogue, models.spellings, models.built, models._alone, models._parts,
            presets.shipped, presets.shipped_one, presets._index)  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(models, "toml", lambda _: rows)
        patch.setattr(models, "text", lambda _: text)
        patch.setattr(presets, "_shipped_folder", lambda: SMALL / "presets")
        for function in kept:
            function.cache_clear()
        yield
    for function in kept:
        function.cache_clear()
