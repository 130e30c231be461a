"""The model that a reward model is trained as: scores in the place of lm_head."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.axolotl.preference import Scores
from wizard.domain.model import Model, Tensor

SCORE = "score"
"""Its path in transformers."""


def scored(model: Model, settings: Effective) -> Model:
    """The model as it is loaded: that of the catalogue, but for a reward model, and one of processes.

    transformers 5 modeling_layers.py GenericForSequenceClassification, GenericForTokenClassification: `AutoModel`,
    which has no lm_head, and `score = nn.Linear(hidden_size, num_labels)`, with a bias where it is for each token.
    """
    return _scored(model, settings.scores) if settings.scores else model


@lru_cache(maxsize=64)
def _scored(model: Model, scores: Scores) -> Model:
    kept = [one for one in model.tensors if one.kind != "head"]
    score = Tensor(SCORE, "other", (scores.number, model.hidden + scores.each_token))
    peers = tuple(_scored(peer, scores) for peer in model.peers)
    return replace(model, tensors=(*kept, score), tied=False, peers=peers)
