"""The model that a reward model is trained as: a row of scores in the place of lm_head."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model, Tensor

SCORE = "score"
"""Its path in transformers."""


def scored(model: Model, settings: Effective) -> Model:
    """The model as it is loaded: that of the catalogue, but for a reward model.

    transformers 5 modeling_layers.py GenericForSequenceClassification: `AutoModel`, which has no lm_head, and
    `score = nn.Linear(hidden_size, num_labels, bias=False)`; axolotl 0.21.0 schemas/validation.py:490 sets
    `num_labels: 1` where nothing is written, and TRL takes no other number.
    """
    return _scored(model) if settings.reward else model


@lru_cache(maxsize=64)
def _scored(model: Model) -> Model:
    kept = [one for one in model.tensors if one.kind != "head"]
    peers = tuple(map(_scored, model.peers))
    return replace(model, tensors=(*kept, Tensor(SCORE, "other", (1, model.hidden))), tied=False, peers=peers)
