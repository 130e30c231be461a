"""Keys about images and sound: whether rows have some, which size they get, whether towers are trained."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl import preference
from wizard.domain.model import Model, Tensor
from wizard.domain.plan import Plan
from wizard.domain.values import flag

FROZEN = frozenset(
    {
        "vision_tower", "vision_model", "vision_encoder", "embed_vision", "multi_modal_projector", "visual",
        "audio_tower", "audio_model", "embed_audio",
    }
)  # fmt: skip
"""Parts of names that `freeze_mm_modules` freezes (axolotl 0.21 utils/freeze.py, `_MM_MODULE_PREFIXES`)."""

USUAL = (1024, 1024)
"""The size that is taken for likely where nothing tells how large images are."""

_LARGEST = 100_000


class Image(NamedTuple):
    """Its size in pixels; whether it may be another; which layers' masks show it whole under sdpa."""

    width: int
    height: int
    varies: bool
    masks: str


def with_images(plan: Plan) -> bool:
    """Whether a processor reads the rows (`processor_type`): only then do towers run."""
    return bool(plan.get("processor_type"))


_TEXT_ALONE = frozenset({"qwen3_5", "qwen3_5_moe"})


def loads_text_alone(model: Model) -> bool:
    """Whether `AutoModelForCausalLM`, which Axolotl takes without a processor, has a class of the text alone for it.

    transformers 5.16.1 and 5.20.1 models/auto/modeling_auto.py ("VLM compatibility": Qwen3_5ForCausalLM); axolotl 0.21
    loaders/model.py, `_set_auto_model_loader`.
    """
    return model.outer_type in _TEXT_ALONE


def supervised(plan: Plan) -> bool:
    """Whether Axolotl's own collator of images makes the batches: with a processor, and neither under `rl` nor for a
    reward model, which have collators of theirs (axolotl 0.19.0 to 0.21.0 core/builders/causal.py, build_collator).
    """
    return with_images(plan) and not preference.rl(plan) and not preference.reward_model(plan)


def seen(plan: Plan, model: Model | None) -> bool:
    """The same of a base model that is known and sees."""
    return model is not None and model.multimodal and supervised(plan)


def towers_frozen(plan: Plan) -> bool:
    """`freeze_mm_modules`: no gradients for the towers' weights."""
    return flag(plan.get("freeze_mm_modules"))


def frozen(tensor: Tensor) -> bool:
    """Whether `freeze_mm_modules` freezes it."""
    return not FROZEN.isdisjoint(tensor.path.split("."))


def image_size(plan: Plan) -> tuple[int, int] | None:
    """Width and height that every image in a row's `images` is made first; None where it stays as it is.

    A whole number makes it a square (processing_strategies.py, `resize_image`). Axolotl fills it in from the
    processor where that has a width and a height, which those of models with a size of their own have.
    """
    written = plan.get("image_size")
    sides = list(written) if isinstance(written, list | tuple) else [written, written]
    found = [side for side in sides if isinstance(side, int) and 0 < side < _LARGEST]
    return (found[0], found[1]) if len(found) == len(sides) == 2 else None


def image(plan: Plan, model: Model | None, assumptions: list[str]) -> Image | None:
    """The image that is counted with, one a row; None without images, or where it is not known what becomes of them.

    Adds to `assumptions` what was taken for granted.
    """
    if not with_images(plan) or model is None or model.images is None:
        return None
    told = image_size(plan)
    form = model.images
    width, height = told or USUAL
    seen = form.seen(width, height)
    many = f"{seen.tokens} tokens" if form.arithmetic != "tiles" else f"{seen.patches} patches beside the text"
    if not form.varies:
        assumptions.append(f"one image a row, {many} whatever its size")
    elif told:
        assumptions.append(f"one image a row, made {width}x{height} by image_size: {many}")
    else:
        worst = form.seen(*form.largest).tokens
        assumptions.append(
            f"one image of {width}x{height} a row: {many}; up to {worst} for larger ones, which image_size bounds"
        )
    masks = model.tower.bidirectional if model.tower else ""
    return Image(width, height, told is None and form.varies, masks)


def least_row(model: Model | None, image: Image | None) -> int:
    """Tokens of the shortest row with an image: `sequence_len` does not cut those (utils/collators/mm_chat.py)."""
    if image is None or model is None or model.images is None:
        return 0
    return model.images.seen(image.width, image.height).tokens
