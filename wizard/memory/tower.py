"""The vision tower of a batch with images: what it keeps, and what its forward and backward need at their worst."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import targeted
from wizard.domain.images import Seen
from wizard.domain.kept import Kept
from wizard.domain.model import Model
from wizard.domain.tower import Tower
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.checkpoint import Forward, Frame, LayerTape, blind, run
from wizard.memory.tape.vision import Parts, VisionLayer
from wizard.memory.tape.vision_exit import crossing, exit_of
from wizard.memory.trained import trained_count

_settings = attrgetter(
    "lora", "quantization", "base_fp32", "stored", "weights_fp32", "embeddings_fp32", "attention", "checkpointing",
    "adapter_computed", "autocasts", "copies_inputs", "outliers", "towers_frozen", "precision", "liger",
    "leftovers_fp32",
)  # fmt: skip


class Images(NamedTuple):
    """Bytes of one micro batch's images.

    `batch`: pixels, which live all along; `kept`: what the tower keeps until its backward, the last one; `beside`: what
    lives while the text's layers run forward; `forward`, `backward`: the worst moments of the tower's own, above
    batch (and for the backward, kept). `crossing`: what a checkpointed layer of the text that attends to the images
    needs more than others.
    """

    batch: float = 0.0
    kept: float = 0.0
    beside: float = 0.0
    forward: float = 0.0
    backward: float = 0.0
    crossing: float = 0.0

    @property
    def worst(self) -> float:
        """The worse of the two."""
        return max(self.forward, self.backward)


NO_IMAGES = Images()


class _Tapes(NamedTuple):
    """The tower's layer, its exits with how many there are of each, and whether gradients flow through the
    layers, leave the exits, and end at the patches' embedding.
    """

    layer: LayerTape | None
    exits: tuple[tuple[LayerTape, int], ...]
    flows: bool
    leaves: bool
    hooked: bool
    cross: tuple[LayerTape, int] | None = None


_known: Kept[tuple[object, ...], _Tapes] = Kept(256)


def hooked(settings: Effective, tower: Tower) -> bool:
    """Whether gradients flow through a tower, frozen or not: with checkpointing they are asked for at the input
    embeddings, and transformers 5 takes those of every model inside that says which they are, towers too
    (modeling_utils.py, `gradient_checkpointing_enable`, `enable_input_require_grads`).
    """
    return settings.checkpointing != "none" and tower.hooked


def images(model: Model, settings: Effective) -> Images:
    """Bytes of the images of one micro batch; none where it has none or the tower is not known."""
    image, form, tower = settings.image, model.images, model.tower
    if image is None or form is None or tower is None:
        return NO_IMAGES
    seen = form.seen(image.width, image.height)
    return _of_size(model, tower, settings, _tapes(model, tower, settings, seen.patches), seen)


def of_other_sizes(model: Model, settings: Effective) -> tuple[Images, Images]:
    """The same for the smallest and the largest image that the processor makes."""
    form, tower = model.images, model.tower
    if settings.image is None or form is None or tower is None:
        return NO_IMAGES, NO_IMAGES
    most = form.seen(*form.largest)
    tapes = _tapes(model, tower, settings, most.patches)
    return _of_size(model, tower, settings, tapes, form.seen(1, 1)), _of_size(model, tower, settings, tapes, most)


def _of_size(model: Model, tower: Tower, settings: Effective, tapes: _Tapes, seen: Seen) -> Images:
    rows = settings.sequences
    patches = float(seen.patches * rows)
    tokens = patches if tower.exit == "tiles" else float(seen.tokens * rows)
    pixels = float(seen.values * rows)
    masks = _masks(tower, settings, patches, seen.patches, rows)
    out = 2.0 * model.hidden * tokens
    passing = 2.0 * tower.width * patches
    kept, forward, backward = _layers(tower, tapes, patches)
    for tape, count in tapes.exits:
        kept += count * max(0.0, tape.forward.left(tokens)) if tapes.leaves else 0.0
        forward = max(forward, tape.forward.peak(tokens))
        backward = max(backward, tape.backward.peak(tokens) + out)
    if settings.lora is None and not settings.towers_frozen:
        kept += 2.0 * pixels
    if tapes.hooked:
        kept += passing  # the patches' embedding, a leaf of the graph
    beside, crossed = _crossed(tapes, settings, patches, out) if tapes.cross else (0.0, 0.0)
    return Images(
        crossing=crossed,
        batch=4.0 * pixels,
        kept=kept + (masks if kept else 0.0) + beside,
        beside=passing + out,
        forward=forward + masks + 2 * passing + 2.0 * pixels,
        backward=backward + passing if kept else 0.0,
    )


def _crossed(tapes: _Tapes, settings: Effective, patches: float, out: float) -> tuple[float, float]:
    """Bytes of what the text attends to: kept all along, and while one checkpointed layer runs backward."""
    assert tapes.cross is not None
    tape, count = tapes.cross
    masks = 2.0 * patches * settings.row  # the mask of each image's tiles, in 16 bits
    if settings.checkpointing == "none":
        return out + masks + count * max(0.0, tape.forward.left(patches)), 0.0
    return out + masks, max(tape.forward.peak(patches), tape.backward.peak(patches))


def _layers(tower: Tower, tapes: _Tapes, patches: float) -> tuple[float, float, float]:
    """Kept, and the worst of forward and backward above it, of the tower's layers."""
    if tapes.layer is None:
        return 0.0, 0.0, 0.0
    layers = tower.layers + tower.gated_layers
    left = tapes.layer.forward.left(patches) if tapes.flows else 0.0
    first = 2.0 * tower.width * patches if tapes.flows else 0.0
    copies = tapes.layer.copies * layers
    peak = tapes.layer.forward.peak(patches) - left
    back = tapes.layer.backward.peak(patches) if tapes.flows else 0.0
    return left * layers + first - copies, peak, back


def _masks(tower: Tower, settings: Effective, patches: float, each: int, rows: int) -> float:
    """Masks that all layers share, in 16 bits: over all images in a row, or over each one's tiles."""
    if tower.mask != "shared" or settings.attention not in ("sdpa", "eager"):
        return 0.0
    return 2.0 * patches**2 if tower.exit == "projector" else 2.0 * rows * each**2


def _tapes(model: Model, tower: Tower, settings: Effective, length: int) -> _Tapes:
    written = settings.attention == "eager" or (settings.attention == "sdpa" and tower.mask == "each")
    key = (model, settings.adds_gradients, length if written else 0, *_settings(settings))
    found = _known.get(key)
    if found is None:
        found = _known[key] = _made(Parts(model, tower, settings, length))
    return found


def _made(parts: Parts) -> _Tapes:
    settings, tower = parts.settings, parts.tower
    adapted = settings.lora is not None and any(
        tensor.tower and tensor.kind == "linear" and targeted(parts.model, tensor, settings.lora)
        for tensor in parts.model.tensors
    )
    through = hooked(settings, tower)
    mode = settings.checkpointing if tower.checkpointed else "none"
    blocked = mode == "reentrant" and not through  # no layer's input wants a gradient, so that none gets one
    flows = parts.trained or through or (adapted and not blocked)
    half = 4 if settings.precision == "fp32" else 2
    stream = 4 if _opens_wide(settings, tower) or half == 4 else 2
    frame = Frame(float(tower.width), stream, half, mode, settings.adds_gradients, settings.autocasts)
    layer = _tape(VisionLayer(parts), frame, flows) if tower.layers else None
    exits = []
    for deep, count in ((False, 1), (True, tower.deep)):
        end = exit_of(parts, deep=deep) if count else None
        if end is not None:
            own = replace(frame, width=end[0], mode="none")
            tape = _tape(end[1], own, flows or adapted)
            exits.append((tape, count))
    return _Tapes(layer, tuple(exits), flows, flows or adapted, through, _cross(parts, half))


def _opens_wide(settings: Effective, tower: Tower) -> bool:
    """Whether a norm before the first layer turns the patches to fp32."""
    if tower.opening == "autocast":
        return settings.autocasts
    return tower.opening == "kbit" and settings.leftovers_fp32


def _cross(parts: Parts, half: int) -> tuple[LayerTape, int] | None:
    """Keys and values out of the images, and how many layers of the text make some."""
    blocks = [block for block in parts.model.blocks if block.cross]
    if not blocks:
        return None
    settings = parts.settings
    forward = crossing(Builder(parts.model, blocks[0], settings), masked=settings.attention == "sdpa")
    frame = Frame(float(parts.model.hidden), 2, half, "none", settings.adds_gradients, settings.autocasts)
    return run(forward, frame), sum(block.count for block in blocks)


def _tape(forward: Forward, frame: Frame, flows: bool) -> LayerTape:
    """A module with its backward; without one where no gradient goes through it."""
    if flows:
        return run(forward, frame)
    made = blind(forward, frame)
    return LayerTape(made, made, 0.0)


def tower_gradients(model: Model, settings: Effective) -> float:
    """Bytes of the gradients of the tower's own weights, which come last of all."""
    if settings.lora is not None or settings.image is None or settings.towers_frozen:
        return 0.0
    return 2.0 * sum(tensor.numel * trained_count(tensor, settings) for tensor in model.tensors if tensor.tower)


MOST_PATCHES = 16384
"""Patches of an image of three million pixels or so, where it is not known how a processor divides them."""


def unknown_tower(model: Model) -> float:
    """Bytes that a tower of a form that is not known here may keep: each layer's input, in 16 bits."""
    layers = [tensor for tensor in model.tensors if tensor.tower and tensor.kind == "linear" and len(tensor.shape) == 2]
    if not layers:
        return 0.0
    most = max(layers, key=lambda tensor: tensor.count)
    return 2.0 * most.count * min(most.shape) * MOST_PATCHES
