"""What does not depend on the batch: weights, gradients, states, and the tapes of the layers. Kept for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TypeAlias

from wizard.axolotl.effective import Effective
from wizard.axolotl.mamba import MambaCode
from wizard.axolotl.preference import LEARNS
from wizard.axolotl.targets import targeted
from wizard.domain.kept import Kept
from wizard.domain.model import Block, Model
from wizard.memory.adapter import adapter_parameters, adapter_weight_bytes, head_trained, trainable_parameters
from wizard.memory.doubts import doubts
from wizard.memory.gradients import gradient_bytes
from wizard.memory.optimizer import States, state_bytes
from wizard.memory.selective import saved_bytes
from wizard.memory.shards import Held, held
from wizard.memory.tape.checkpoint import LayerTape
from wizard.memory.tape.layer import last_norm, layer_tape, learns, second
from wizard.memory.tape.scoring import needs_mask
from wizard.memory.weights import embedding_bytes, weight_bytes

_settings = attrgetter(
    "lora", "quantization", "quantize_experts", "folds_experts", "leftovers_fp32", "base_fp32", "stored", "precision",
    "weights_fp32", "embeddings_fp32", "embeddings_stored_fp32", "attention", "wide_heads", "held",
    "checkpointing", "saves", "optimizer", "sharding", "rl", "images", "scores", "weight_decay", "unfrozen", "liger",
    "loss", "towers_frozen", "image", "image_masks", "tiles", "mamba", "copies_inputs", "outliers",
)  # fmt: skip
_of_layers = attrgetter(
    "lora", "quantization", "quantize_experts", "folds_experts", "leftovers_fp32", "base_fp32", "stored",
    "weights_fp32", "precision", "embeddings_fp32", "attention", "wide_heads",
    "checkpointing", "liger", "adapter_computed", "autocasts", "image_masks", "tiles", "mamba", "copies_inputs",
    "outliers",
)  # fmt: skip
_known: Kept[tuple[object, ...], Static] = Kept(1024)
_tapes: Kept[tuple[object, ...], Tapes] = Kept(512)

Tapes: TypeAlias = tuple[tuple[int, LayerTape], ...]
"""Of each kind of layer how many there are, and one of them."""

_MODELS = {"orpo": 1, "kto": 4}
"""How much of the model is loaded for preference training without an adapter, in models: Axolotl loads a reference
but for orpo (train.py, setup_reference_model); TRL is not given it for kto and makes its own, in fp32."""


@dataclass(frozen=True, slots=True)
class Static:
    """Bytes of the whole model and of one GPU's part, trained elements, and each kind of layer with its count.

    `paged`: optimizer states that may leave the GPU. `mask`: bytes a token of masks written out. `saved`: bytes a
    token that selective checkpointing keeps, of all layers. `leaf`: bytes a token of the embeddings' result where
    something else goes into the first layer. `silent`: of each kind the layers that no gradient goes through.
    `entering`: the first layer that learns, where its input gets no gradient, and the number of its kind.
    `last_norm`: the norm behind the layers, where none of these is checkpointed. `second`: what makes a second
    embedding's parts for all layers. `lent`: bytes a token of layers whose keys and values outlive their own
    backward. `doubts`: the tapes as they would be otherwise, by the name of what is in doubt.
    """

    whole: Held
    parts: Held
    paged: float
    trainable: int
    head_trained: bool
    mask: float
    saved: float
    leaf: float
    silent: tuple[int, ...]
    entering: tuple[int, LayerTape] | None
    last_norm: LayerTape | None
    second: LayerTape | None
    lent: float
    doubts: tuple[tuple[str, Tapes], ...]
    tapes: Tapes


def static(model: Model, settings: Effective) -> Static:
    """Found again where only lengths, batches or the loss's moments differ."""
    length = _length(model, settings)
    key = (model, settings.accumulation > 1, length, *_settings(settings))
    found = _known.get(key)
    if found is None:
        found = _known[key] = _static(model, settings, length)
    return found


def passing_tapes(model: Model, settings: Effective, known: Static, *, prompts: bool = False) -> Tapes:
    """The tapes of which the forward keeps nothing, as under `no_grad`: a checkpointed layer's runs so. `prompts`: of
    rows without their answers.

    Mamba's layers run as one kernel in training alone.
    """
    whole = settings.mamba.code == "whole" and "mamba" in model.mixers
    shorter = prompts and settings.generation is not None and _length(model, settings) != 0
    if settings.checkpointing != "none" and not whole and not shorter:
        return known.tapes
    code: MambaCode = "scanned" if whole else settings.mamba.code
    changed = settings._replace(checkpointing="reentrant", mamba=settings.mamba._replace(code=code))
    if shorter and settings.generation:
        changed = changed._replace(generation=replace(settings.generation, answer=0))
    return _layers(model, changed, _length(model, changed))


def _length(model: Model, settings: Effective) -> int:
    """Tokens of a row where the tapes depend on them, else 0."""
    return settings.row if settings.attention == "eager" or settings.wide_heads or _masked(model, settings) else 0


def _masked(model: Model, settings: Effective) -> bool:
    return settings.attention == "sdpa" and any(needs_mask(block, settings) for block in model.blocks)


def _mask(model: Model, settings: Effective) -> float:
    """Bytes a token of the masks: for sdpa a truth value a score; for eager attention a number in the embeddings'
    dtype, of layers with a window and of those without (transformers 5.20 masking_utils.py, `eager_mask`).
    """
    if settings.attention == "eager":
        kinds = len({bool(block.window) for block in model.blocks if block.heads})
        return float(embedding_bytes(settings)) * kinds * settings.row
    return float(settings.row) if _masked(model, settings) else 0.0


def _layers(model: Model, settings: Effective, length: int) -> Tapes:
    """The tapes, which still fewer settings change."""
    key = (model, settings.adds_gradients, length, *_of_layers(settings))
    found = _tapes.get(key)
    if found is None:
        alike: dict[Block, LayerTape] = {}
        found = _tapes[key] = tuple((block.count, _tape(model, block, settings, alike)) for block in model.blocks)
    return found


def _tape(model: Model, block: Block, settings: Effective, alike: dict[Block, LayerTape]) -> LayerTape:
    """A layer's tape; layers that differ in their number alone, or in a window that no mask shows, have the same."""
    one = replace(block, count=1, window=block.window if settings.attention == "sdpa" else None)
    if one not in alike:
        alike[one] = layer_tape(model, block, settings)
    return alike[one]


def _static(model: Model, settings: Effective, length: int) -> Static:
    states = state_bytes(model, settings)
    whole = _whole(model, settings, states)
    tapes = _layers(model, settings, length)
    passed, first = int(tapes[-1][1].stream[0] / model.hidden), _first(model, settings)
    return Static(
        whole=whole,
        parts=held(model, settings, whole),
        paged=states.paged,
        trainable=trainable_parameters(model, settings),
        head_trained=head_trained(model, settings),
        mask=_mask(model, settings),
        saved=saved_bytes(model, settings),
        leaf=_leaf(model, settings),
        silent=_silent(model, first),
        entering=_entering(model, settings, first),
        last_norm=last_norm(model, settings, passed) if settings.checkpointing == "none" else None,
        second=second(model, settings),
        lent=_lent(model, settings),
        doubts=_doubts(model, settings, length),
        tapes=tapes,
    )


def _leaf(model: Model, settings: Effective) -> float:
    """PEFT asks for a gradient of the embeddings' result where layers are checkpointed (`enable_input_require_grads`):
    a leaf, which the graph holds. Granite's and Falcon-H1's multiply it, so that the first layer's input is another.
    """
    hooked = settings.lora is not None and settings.checkpointing != "none"
    return 2.0 * model.hidden if hooked and any(block.multiplied for block in model.blocks) else 0.0


def _first(model: Model, settings: Effective) -> int | None:
    """The number of the first layer with an adapter, where nothing asks for a gradient of what comes before it."""
    if _asked(model, settings):
        return None
    learn = {number for number, block in enumerate(model.blocks) if learns(model, block, settings)}
    return next((place for place, number in enumerate(model.order) if number in learn), None)


def _silent(model: Model, first: int | None) -> tuple[int, ...]:
    return tuple(model.order[: first or 0].count(number) for number in range(len(model.blocks)))


def _asked(model: Model, settings: Effective) -> bool:
    """Whether anything asks for a gradient of the first layer's input: checkpointing does
    (`enable_input_require_grads`), embeddings that are trained or adapted, and images.
    """
    lora = settings.lora
    if lora is None or settings.checkpointing != "none" or settings.image is not None or lora.saved_modules:
        return True
    return any(one.kind == "embedding" and targeted(model, one, lora) for one in model.tensors)


def _entering(model: Model, settings: Effective, first: int | None) -> tuple[int, LayerTape] | None:
    if first is None:
        return None
    kind = model.order[first]
    return kind, layer_tape(model, model.blocks[kind], settings, entered=False)


def _doubts(model: Model, settings: Effective, length: int) -> tuple[tuple[str, Tapes], ...]:
    usual = _layers(model, settings, length)
    found = [(name, _layers(model, changed, length)) for name, changed in doubts(settings)]
    return tuple((name, tapes) for name, tapes in found if tapes != usual)


def _lent(model: Model, settings: Effective) -> float:
    """Gemma 4 keeps keys and values of the last layer of each kind for others to borrow, whether any does: where they
    are computed again, what their gradients need stays with them, from the norm on (modeling_gemma4.py,
    `store_full_length_kv`).
    """
    if settings.checkpointing == "none":
        return 0.0
    lenders = {block.head_dim: block for block in model.blocks if block.extras.value_norm}
    return sum(6.0 * model.hidden + 12.0 * block.kv_width for block in lenders.values())


def _whole(model: Model, settings: Effective, states: States) -> Held:
    weights = weight_bytes(model, settings)
    adapter = adapter_weight_bytes(model, settings)
    if settings.rl in LEARNS:
        weights, adapter = _with_reference(model, settings, weights, adapter)
    elif settings.rl and settings.lora is None:
        weights *= _MODELS.get(settings.rl, 2)
    return Held(
        weights=weights,
        adapter=adapter,
        gradients=gradient_bytes(model, settings),
        states=states.resident,
        flight=0.0,
        step=states.step,
    )


def _with_reference(model: Model, settings: Effective, weights: float, adapter: float) -> tuple[float, float]:
    """What GRPO's trainer holds a model to, where it does (`beta`): the whole model again, which it reads in fp32
    (trl 1.14.1 `create_model_from_path`), or of an adapter that Axolotl has put on a second one, fp32 and not trained.
    """
    if not settings.held:
        return weights, adapter
    if settings.lora is None:
        return weights + 4.0 * sum(tensor.total for tensor in model.tensors), adapter
    return weights, adapter + 4.0 * adapter_parameters(model, settings.lora)
