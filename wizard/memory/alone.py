"""Models of which text training loads the language model alone."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.axolotl.images import loads_text_alone
from wizard.domain.model import Model


def alone(model: Model, settings: Effective) -> Model:
    """The model as it is loaded: without its tower where nothing reads images and its class has none."""
    return _without_towers(model) if not settings.images and loads_text_alone(model) else model


@lru_cache(maxsize=64)
def _without_towers(model: Model) -> Model:
    peers = tuple(map(_without_towers, model.peers))
    return replace(model, tensors=tuple(one for one in model.tensors if not one.tower), peers=peers)
