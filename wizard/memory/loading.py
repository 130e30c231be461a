"""What lies on one GPU while the model is loaded and divided."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.axolotl.loading import Loading
from wizard.domain.model import Model
from wizard.memory.static import Static


def loading_bytes(model: Model, settings: Effective, known: Static) -> float:
    """Bytes at the worst moment before training, on a GPU of each process.

    Whole: every process has the model, then FSDP makes its parts; FSDP2 keeps the whole beside them until all are made
    (`original_sd`, axolotl monkeypatch/accelerate/fsdp2.py), FSDP1 frees a layer as it goes. From the host: the parts,
    and a layer on its way.
    """
    return _bytes(model, settings, known, settings.loading)


def loading_in_doubt(model: Model, settings: Effective, known: Static) -> float:
    """The same if each process loads the whole, where it is not certain that none does; else 0."""
    return 0.0 if settings.loading.certain else _bytes(model, settings, known, Loading("whole"))


def _bytes(model: Model, settings: Effective, known: Static, loading: Loading) -> float:
    whole, parts = known.whole, known.parts
    divided = parts.weights + parts.adapter
    if loading.gpu == "divided":
        return parts.weights + _cast(model, settings)
    passing = _largest_layer(model, known)
    if loading.gpu == "host":
        return divided + passing
    beside = divided if loading.kept and not settings.sharding.offload_parameters else passing
    return whole.weights + max(_cast(model, settings), whole.adapter + beside)


def _largest_layer(model: Model, known: Static) -> float:
    """The most that is whole on its way to its parts: a layer, or what stands before and after all of them."""
    ends = 2.0 * (model.embedding_parameters + model.head_parameters)
    return max(ends, (known.whole.weights - ends) / max(1, model.layers))


def _cast(model: Model, settings: Effective) -> float:
    """0.19 turns embeddings, lm_head and norms to fp32 and back (loaders/model.py:434); later ones seldom do.

    Only a quantized model is on the GPU by then: `axolotl train` starts through accelerate, which
    exports ACCELERATE_USE_CPU, so that other models load in host memory (utils/config/__init__.py:149).
    """
    if settings.quantization == "none" or not settings.loading.casts:
        return 0.0
    wide = model.embedding_parameters + model.head_parameters
    return 2.0 * wide + 2.0 * model.largest_tensor
