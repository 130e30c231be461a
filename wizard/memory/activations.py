"""What the forward keeps for the backward, and what each layer's forward and backward need at their worst."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.memory.static import Static
from wizard.memory.tower import NO_IMAGES, Images


class Activations(NamedTuple):
    """Bytes of one micro batch.

    `kept` over the forward for the backward; `stream` what passes between two layers; `forward` the worst
    moment of a layer's forward above what all layers keep; `backward` that of a layer's backward; `bottom`
    what is left of `kept` when the backward is in the first layer; `copies` autocast's copies of adapter weights,
    which last the forward; `lasting` the part of `kept` that stays until the backward ends; `away`
    what offloading moves to host memory. `images`: the vision tower's. `steps`: of each kind of layer, as the backward
    is in its first one.
    """

    kept: float
    stream: float
    forward: float
    backward: float
    bottom: float
    copies: float
    lasting: float
    away: float
    images: Images
    steps: tuple[FirstLayer, ...] = ()


class FirstLayer(NamedTuple):
    """The backward in the first layer of a kind: bytes kept of the layers below it beyond `bottom`, and by how much its
    worst moment is below `backward`. `own`: the gradients of its own and of the layers below.

    Kinds stand in the order in which they come; a layer of each is taken to be below the next kind's first.
    """

    kept: float
    less: float
    own: float


def _steps(known: Static, tokens: float, peaks: list[float], *, offloads: bool) -> Iterator[FirstLayer]:
    """`peaks`: of each kind's backward."""
    worst = max(peaks)
    kept = own = 0.0
    for index, ((_, tape), peak) in enumerate(zip(known.tapes, peaks, strict=True)):
        own += tape.own
        if index and not offloads:
            kept += tape.forward.left(tokens) - tape.lasts(tokens)
        yield FirstLayer(kept, worst - peak, own)


def _held_back(settings: Effective, known: Static) -> float:
    """FSDP1 around frozen layers under reentrant checkpointing keeps each layer's input and that input's gradient until
    the backward ends: its hook holds the input's AccumulateGrad.

    Source: torch 2.13 distributed/fsdp/_runtime_utils.py, `_register_post_backward_reshard_only_hook`;
    autograd/graph.py, `register_multi_grad_hook` (`grad_fns`); the handle goes in `_post_backward_final_callback`.
    """
    parts = settings.sharding
    if parts.kind != "fsdp1" or parts.parts == 1 or settings.lora is None or settings.checkpointing != "reentrant":
        return 0.0
    return 2.0 * sum(count * tape.stream[0] for count, tape in known.tapes) * settings.tokens


def activations(settings: Effective, known: Static, seen: Images = NO_IMAGES) -> Activations:
    """Bytes of all layers, from the tape of each kind (wizard/memory/tape)."""
    tokens = float(settings.tokens)
    tapes = known.tapes
    kept = copies = lasting = stream = forward = 0.0
    peaks = []
    for number, (total, tape) in enumerate(tapes):
        count = total - known.silent[number]
        left = tape.forward.left(tokens)
        kept += count * left
        copies += count * tape.copies
        lasting += count * tape.lasts(tokens)
        stream = max(stream, tape.stream[0])
        forward = max(forward, tape.forward.peak(tokens) - left)
        peaks.append(tape.backward.peak(tokens))
    leaf = known.leaf * tokens + (known.second.forward.left(tokens) if known.second else 0.0)
    kept, lasting = kept + leaf, lasting + leaf
    first = tapes[0][1]
    if known.entering:
        kind, first = known.entering
        kept -= tapes[kind][1].forward.left(tokens) - first.forward.left(tokens)
    bottom = first.forward.left(tokens) + lasting - first.lasts(tokens)
    mask = known.mask * tokens
    if settings.attention == "eager" and settings.checkpointing == "none":
        forward += mask  # which nothing keeps
    else:
        kept, bottom = kept + mask, bottom + mask
    away = 0.0
    if settings.offload_activations:
        away = kept - lasting
        kept = bottom = lasting
    if settings.saves is not None:
        selected = known.saved * tokens
        away += selected if settings.saves.away else 0.0
        kept += 0.0 if settings.saves.away else selected
    if held := _held_back(settings, known):
        lasting += held
        bottom += max(0.0, held - 2 * first.stream[0] * tokens)
    return Activations(
        kept=max(0.0, kept - copies),
        stream=stream * tokens,
        forward=forward,
        backward=max(peaks) + known.lent * tokens,
        bottom=bottom,
        copies=copies,
        lasting=lasting,
        away=away,
        images=seen,
        steps=tuple(_steps(known, tokens, peaks, offloads=settings.offload_activations)),
    )
