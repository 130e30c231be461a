"""What lies on one GPU while the model is loaded and divided."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.axolotl.loading import Loading
from wizard.domain.model import Model
from wizard.memory.static import Static
from wizard.memory.weights import scale_bytes


def loading_bytes(model: Model, settings: Effective, known: Static) -> float:
    """Bytes at the worst moment before training, on a GPU of each process.

    Whole: every process has the model, then FSDP makes its parts; FSDP2 keeps the whole beside them until all are made
    (`original_sd`, axolotl monkeypatch/accelerate/fsdp2.py); FSDP1 copies a layer into one flat tensor and frees it as
    it goes, what stands around the layers last; ZeRO 3 goes weight by weight, and gathers each once more to fill it.
    From the host: the parts, and a layer on its way. As benchmarks/truth/ranks.jsonl has it.
    """
    return _bytes(model, settings, known, settings.loading)


def loading_in_doubt(model: Model, settings: Effective, known: Static) -> float:
    """The same if each process loads the whole, where it is not certain that none does; else 0."""
    return 0.0 if settings.loading.certain else _bytes(model, settings, known, Loading("whole"))


def _bytes(model: Model, settings: Effective, known: Static, loading: Loading) -> float:
    whole, parts = known.whole, known.parts
    divided = parts.weights + parts.adapter
    if loading.gpu == "divided":
        gathered = 2.0 * model.largest_tensor if settings.sharding.kind == "zero3" else 0.0
        return parts.weights + max(gathered, _cast(model, settings))
    if loading.gpu == "host":
        return divided + _on_its_way(model, settings, known)
    if loading.kept and not settings.sharding.offload_parameters:  # whose scales are the whole's own
        beside = divided - scale_bytes(model, settings)
    elif settings.sharding.fsdp:
        beside = max(_flattened(model, settings, known), divided + 2.0 * _ends(model) - whole.weights)
    else:
        beside = model.largest_tensor * 2.0 / settings.sharding.weights
    return whole.weights + max(_cast(model, settings), whole.adapter + beside)


def _on_its_way(model: Model, settings: Effective, known: Static) -> float:
    """From the host. FSDP1 moves a unit at a time; FSDP2 a tensor, and lm_head's again where it is the embedding's
    (axolotl monkeypatch/accelerate/fsdp2.py, `fsdp2_load_full_state_dict`: every name of a state dict).
    """
    if settings.sharding.kind == "fsdp1":
        return max(_ends(model), _layer(model, known))
    again = 2.0 * model.embedding_parameters / settings.sharding.weights if model.tied else 0.0
    return 2.0 * model.largest_tensor + again


def _flattened(model: Model, settings: Effective, known: Static) -> float:
    """FSDP1, beside the whole model: a layer as one flat tensor, and its part; or, at the end in its place, the parts
    in fp32 beside those in 16 bits that they come from (accelerate 1.13 `prepare_model`; `_local_shard` keeps these).
    """
    layer = _layer(model, known) * (1 + 1 / settings.sharding.weights)
    if settings.lora is not None or settings.weights_fp32:
        return layer
    return max(layer, 1.5 * known.parts.weights - known.whole.weights)


def _ends(model: Model) -> float:
    """What stands before and after all layers, in 16 bits."""
    return 2.0 * (model.embedding_parameters + model.head_parameters)


def _layer(model: Model, known: Static) -> float:
    return (known.whole.weights - _ends(model)) / max(1, model.layers)


def _cast(model: Model, settings: Effective) -> float:
    """0.19 turns embeddings, lm_head and norms to fp32 and back (loaders/model.py:434); later ones seldom do.

    Only a quantized model is on the GPU by then: `axolotl train` starts through accelerate, which
    exports ACCELERATE_USE_CPU, so that other models load in host memory (utils/config/__init__.py:149).
    """
    if settings.embeddings_stored_fp32:
        return 2.0 * model.largest_tensor  # the last one's 16 bits, beside its fp32
    if settings.quantization == "none" or not settings.loading.casts:
        return 0.0
    wide = model.embedding_parameters + model.head_parameters
    return 2.0 * wide + 2.0 * model.largest_tensor
