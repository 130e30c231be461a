"""What passes at the worst moment, as products that a person can check.

Weights and gradients on their way between GPUs, the optimizer step's own, a layer's worst moment, and what lies beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Phase
from wizard.domain.model import Model
from wizard.domain.units import MIB
from wizard.memory.activations import Activations
from wizard.memory.all_gather import Units, units_of
from wizard.memory.generation import beside_training
from wizard.memory.logits import loss_moments
from wizard.memory.runtime import CONTEXT, DEEP_EP, DYNAMIC, DYNAMIC_VARYING, NCCL, STATIC
from wizard.memory.static import Static, passing_tapes
from wizard.memory.timeline import cast_once, in_last_norm, late, passing, unsynced
from wizard.memory.weights import element_bytes


class Product(NamedTuple):
    """A part of a component: what it is, its product, bytes, and where the formula stands."""

    name: str
    working: str
    size: float
    source: str


Sums = Iterator[list[Product]]
_TAPE = "torch 2.13 autograd, one layer's tape (wizard/memory/tape)"


def exact(sums: Sums, size: float) -> list[Product]:
    """The first of the sums that is this size; none where it is no such sum."""
    for one in sums:
        if abs(sum(piece.size for piece in one) - size) <= max(2.0, 1e-6 * size):
            return one
    return []


def temporaries(model: Model, settings: Effective, known: Static, phase: Phase) -> Sums:
    """What may be on its way in a phase (memory/timeline.py), each as a sum."""
    parts = known.parts
    if phase == "optimizer":
        name, source = "the optimizer step's own buffers", "wizard/memory/optimizer.py"
        yield [_times(name, "trained", known.trainable, parts.step, source)]
    lasting, ended, reducing, closing, opening, reopening, copying, *divided = _flight(model, settings, known)
    if phase == "eval":
        copies = _bytes("autocast's copies of trained weights", 1, cast_once(passing_tapes(model, settings, known)))
        yield [*lasting, *copies]
        yield [*lasting, *copies, *_of_head("a copy of lm_head", model, 2.0 * model.vocab * model.hidden)]
    loss = loss_moments(model, settings)
    head = float(model.vocab * model.hidden)
    made = _of_head("copies of lm_head or of its gradient", model, loss.weights)
    anew = _of_head("lm_head's gradient, whole before it goes into the old one", model, 2.0 * head)
    copied = "copies of lm_head's gradient"
    summed, alone = (_of_head(copied, model, of(model, settings)) for of in (late, unsynced))
    flat = _bytes("gradients outside of the layers, as they are summed up", 1, parts.flattened)
    vllm = _bytes("what makes the answers, beside the training", 1, beside_training(settings), "memory/generation.py")
    for one in (*divided, lasting, [*ended, *made], [*ended, *made, *anew], [*lasting, *reducing], [*closing, *summed],
                [*closing, *flat], opening, reopening, [*lasting, *summed],
                [*lasting, *alone], copying):  # fmt: skip
        yield [*one, *vllm]


def activations_of(
    model: Model, settings: Effective, known: Static, made: Activations, phase: Phase, hidden: float
) -> Sums:
    """What may be kept and live in a phase, each as a sum. `hidden`: of the final norm."""
    tokens = settings.tokens
    what = "inputs of checkpointed layers" if settings.checkpointing != "none" else "tensors saved for the backward"
    layers = sum(count for count, _ in known.tapes)
    seen = made.images
    pictures = _bytes("a batch's images and what their tower keeps", 1, seen.batch + seen.kept)
    kept = [*_layers(what, layers, tokens, made.kept), *pictures]
    stream = _tokens("what passes between two layers", tokens, made.stream)
    norm = _tokens("the last norm's tensors", tokens, hidden)
    copies = _bytes("autocast's copies of the adapter's weights", 1, made.copies)
    worst = "a layer's {} at its worst, at this length"
    forward = _tokens(worst.format("forward"), tokens, made.forward)
    crossing = _bytes("keys and values of the images' layers", 1, seen.crossing)
    backward = [*_tokens(worst.format("backward"), tokens, made.backward), *crossing]
    if phase == "forward":
        yield [*kept, *copies, *stream, *forward]
        yield [*kept, *copies, *norm]
        yield [*kept, *norm]
        part = 1 - 1 / max(1, layers)
        yield [*_layers(what, layers - 1, tokens, part * made.kept), *copies, *stream]
    if phase == "eval":
        each = made.stream / max(1, tokens)
        size = passing(passing_tapes(model, settings, known), each, settings.eval_tokens)
        yield _tokens("what passes in a layer", settings.eval_tokens, size)
        yield _tokens("the last norm's result", settings.eval_tokens,
                      2 * made.stream / max(1, tokens) * settings.eval_tokens)  # fmt: skip
    yield [*kept, *norm]
    if known.last_norm:
        yield [*kept, *_tokens("the last norm's backward", tokens, in_last_norm(known.last_norm, settings))]
    yield [*kept, *stream, *backward]
    left = _tokens("what is left as the first layer is reached", tokens, made.bottom)
    yield [*left, *pictures, *stream, *backward]
    yield [*pictures, *stream, *_bytes("the worst moment of the tower's backward", 1, seen.backward)]
    yield [*pictures, *_bytes("the worst moment of the tower's forward", 1, seen.forward)]
    yield [*_tokens("what stays until the backward ends", tokens, made.lasting), *stream]


def beside(settings: Effective, known: Static, size: float) -> Iterator[Product]:
    """What lies beside PyTorch's tensors: `size` bytes of the CUDA context, NCCL and fragments."""
    source = "wizard/memory/runtime.py"
    named = {"CUDA context and libraries": CONTEXT.likely}
    if settings.sharding.gpus > 1:
        named["NCCL's channels and buffers"] = NCCL.likely
    if settings.sharding.mesh.expert > 1:
        named["DeepEP's buffer"] = DEEP_EP
    for name, each in named.items():
        yield Product(name, f"{each // MIB} MiB × {MIB:,} bytes", each, source)
    parts = known.parts
    tight, loose = STATIC[1], (DYNAMIC if settings.pads else DYNAMIC_VARYING)[1]
    static = parts.weights + parts.adapter + parts.states + beside_training(settings)
    yield Product("fragments among what is made once", f"{tight} × {static:,.0f} bytes", tight * static, source)
    left = size - sum(named.values()) - tight * static
    yield Product("fragments among what each step makes", f"{loose} × {left / loose:,.0f} bytes", left, source)


def _flight(model: Model, settings: Effective, known: Static) -> tuple[list[Product], ...]:
    """What lasts the step, what of it is left at the loss; what comes to it in the backward, stands for both when that
    ends, comes to it where the forward begins, stands for it where the backward does and where a layer begins."""
    sharding, parts = settings.sharding, known.parts
    if sharding.fsdp and parts.flight:
        return _fsdp(model, settings, known)
    source = {"ddp": "torch DDP, gradient_as_bucket_view=False", "zero3": "deepspeed 0.19 stage3.py"}.get(
        sharding.kind, "deepspeed 0.19 stage_1_and_2.py, setup_buckets"
    )
    name = {"ddp": "DDP's buckets, a copy of all gradients", "zero3": "ZeRO 3's gathered weights and its bucket"}.get(
        sharding.kind, "ZeRO's buckets"
    )
    each = element_bytes(settings)
    count = known.trainable if sharding.kind == "ddp" else parts.flight / each
    lasting = [_times(name, "elements", count, parts.flight, source)] if parts.flight else []
    reducing = [_times("gradients on their way", "elements", parts.reducing / each, parts.reducing, source)]
    closing = [_times("gradients and weights on their way", "elements", parts.closing / each, parts.closing, source)]
    return lasting, lasting, reducing if parts.reducing else [], closing if parts.closing else [], [], [], []


def _fsdp(model: Model, settings: Effective, known: Static) -> tuple[list[Product], ...]:
    """Two layers whole at a time, or all; the outermost unit; gradients before they are divided (memory/all_gather)."""
    sharding, parts, units = settings.sharding, known.parts, units_of(model, settings)
    source = "torch 2.13 fully_shard, FSDPParamGroup (wizard/memory/all_gather.py)"
    several = 2 if sharding.reshard else model.layers + 1
    done = parts.ended / units.layer if units.layer else 0.0
    outer = _bytes("weights outside of the layers, whole", 1, units.outer, source)
    part = 1 - 1 / sharding.parts
    reducing = _bytes("a layer's gradients before they are divided", 1, units.layer_gradients, source)
    name = "gradients outside of the layers, but for this GPU's part"
    others = _bytes(name, part, part * units.outer_gradients, source)
    first = _bytes("the first layer's gradients before they are divided", 1, units.first_gradients, source)
    closing = [*outer, *(first if units.first_gradients != units.layer_gradients else reducing), *others]
    if parts.unsynced:
        kept = units.layer_gradients / sharding.parts
        reducing = _bytes("this GPU's part of a layer's gradients", 1 / sharding.parts, kept, source)
    else:
        early = part * (units.outer_gradients - units.last_gradients)
        reducing += others if sharding.kind == "fsdp1" else _bytes(name, part, early, source)
    if sharding.kind == "fsdp1":
        own = 1 - 4.0 / element_bytes(settings) / sharding.parts
        closing = [*outer, *_bytes("gradients outside of the layers", own, own * units.outer_gradients, source)]

    def layers(number: float) -> list[Product]:
        return _bytes("layers whose weights are whole", number, number * units.layer, source, "layers")

    again = _bytes("weights outside of the layers, gathered again", 1, parts.reopening - units.outer, source)
    reopening = [*outer, *again] if parts.reopening else []
    entered = _bytes("the first layer's weights, as they come and whole", 2, 2 * units.first, source)
    opening = [*reopening, *(entered if units.first != units.layer else layers(2))] if parts.opening else []
    copying = [*outer, *layers(several + 1)] if parts.copying else []
    lasting, ended = [*outer, *layers(several)], [*outer, *layers(several - done)]
    return lasting, ended, reducing, closing, opening, reopening, copying, *_divided(units, outer, reducing, source)


def _divided(units: Units, outer: list[Product], reducing: list[Product], source: str) -> list[list[Product]]:
    """What is whole in the backward of the first layers: one of them, or one and the one before."""
    one = _bytes("a layer's weights, whole", 1, units.layer, source)
    small = _bytes("a layer's weights, whole, without experts", 1, units.first, source)
    pairs = [one, [*one, *small], small, [*small, *small]]
    return [[*outer, *whole, *reducing] for whole in pairs]


def _times(name: str, of: str, count: float, size: float, source: str) -> Product:
    each = size / count if count else 0.0
    return Product(name, f"{count:,.0f} {of} × {each:.5g} bytes", size, source)


def _bytes(name: str, number: float, size: float, source: str = _TAPE, of: str = "") -> list[Product]:
    working = f"{number:.5g}{f' {of}' if of else ''} × {size / number:,.0f} bytes" if number and size else ""
    return [Product(name, working, size, source)] if size else []


def _tokens(name: str, tokens: int, size: float) -> list[Product]:
    return [Product(name, f"{size / tokens:,.1f} bytes a token × {tokens:,} tokens", size, _TAPE)] if size else []


def _layers(name: str, layers: int, tokens: int, size: float) -> list[Product]:
    working = f"{layers} layers × {size / max(1, layers) / tokens:,.1f} bytes a token × {tokens:,} tokens"
    return [Product(name, working, size, _TAPE)] if size else []


def _of_head(name: str, model: Model, size: float) -> list[Product]:
    each = size / (model.vocab * model.hidden) if size else 0.0
    working = f"{each:.5g} bytes × {model.vocab:,} words × {model.hidden:,}"
    return [Product(name, working, size, "wizard/memory/logits.py, timeline.py")] if size else []
