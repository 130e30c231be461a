"""What a processor makes of an image: patches for the tower, tokens for the text. Sizes are pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Literal, NamedTuple

Arithmetic = Literal["grid", "square", "budget", "longest", "tiles"]


class Seen(NamedTuple):
    """One image: `patches` that go through the tower, `tokens` of the text, `values` of pixels in the batch."""

    patches: int
    tokens: int
    values: int


@dataclass(frozen=True, slots=True)
class ImageForm:
    """How a family's image processor divides an image.

    `grid`: both sides rounded to `patch` x `merge`, the area kept between `least` and `most` pixels; `square`: made
    `side` x `side`, always `tokens` tokens; `budget`: the largest size of at most `tokens` tokens, `merge` x `merge`
    patches each, padded to that many (`whole`: the merged patches are the tower's); `longest`: the longer side at most
    `most`, then up to whole merged patches; `tiles`: cut into up to `tiles` squares of `side`, all of them made, seen
    by layers that attend beside the text.
    """

    arithmetic: Arithmetic
    patch: int
    merge: int = 1
    frames: int = 1
    least: int = 0
    most: int = 0
    side: int = 0
    tokens: int = 0
    tiles: int = 0
    whole: bool = False

    @property
    def varies(self) -> bool:
        """Whether a larger image needs more memory."""
        return self.arithmetic in ("grid", "longest")

    def seen(self, width: int, height: int) -> Seen:
        """What one image of this size becomes."""
        return _ARITHMETIC[self.arithmetic](self, max(1, width), max(1, height))

    @property
    def largest(self) -> tuple[int, int]:
        """A size of which no other one makes more."""
        if self.arithmetic == "grid":
            side = floor(sqrt(self.most))
            return side, side
        return (self.most, self.most) if self.arithmetic == "longest" else (1024, 1024)


def _grid(form: ImageForm, width: int, height: int) -> Seen:
    """`smart_resize` (transformers 5.20 qwen2_vl/image_processing_qwen2_vl.py)."""
    unit = form.patch * form.merge
    down, across = round(height / unit) * unit, round(width / unit) * unit
    if down * across > form.most:
        shrink = sqrt(height * width / form.most)
        down = max(unit, floor(height / shrink / unit) * unit)
        across = max(unit, floor(width / shrink / unit) * unit)
    elif down * across < form.least:
        grow = sqrt(form.least / (height * width))
        down, across = ceil(height * grow / unit) * unit, ceil(width * grow / unit) * unit
    patches = down // form.patch * (across // form.patch)
    return Seen(patches, patches // form.merge**2, patches * 3 * form.frames * form.patch**2)


def _square(form: ImageForm, width: int, height: int) -> Seen:
    return Seen((form.side // form.patch) ** 2, form.tokens, 3 * form.side**2)


def _budget(form: ImageForm, width: int, height: int) -> Seen:
    """`get_aspect_ratio_preserving_size` (transformers 5.20 gemma4/image_processing_gemma4.py)."""
    unit = form.patch * form.merge
    factor = sqrt(form.tokens * unit**2 / (height * width))
    down, across = max(1, floor(factor * height / unit)), max(1, floor(factor * width / unit))
    tokens = min(form.tokens, down * across)
    return Seen(form.tokens * (1 if form.whole else form.merge**2), tokens, form.tokens * 3 * unit**2)


def _longest(form: ImageForm, width: int, height: int) -> Seen:
    """`get_resize_output_image_size` (transformers 5.20 pixtral/image_processing_pixtral.py)."""
    unit = form.patch * form.merge
    ratio = max(1.0, max(width, height) / form.most)
    down, across = ceil(floor(height / ratio) / unit), ceil(floor(width / ratio) / unit)
    down, across = max(1, down), max(1, across)
    tokens = down * across
    return Seen(tokens * form.merge**2, tokens, 3 * tokens * unit**2)


def _tiles(form: ImageForm, width: int, height: int) -> Seen:
    """Padded to all tiles, each with a place of its own more, up to a multiple of 8 (modeling_mllama.py)."""
    places = (form.side // form.patch) ** 2 + 1
    return Seen(form.tiles * ceil(places / 8) * 8, 1, form.tiles * 3 * form.side**2)


_ARITHMETIC = {"grid": _grid, "square": _square, "budget": _budget, "longest": _longest, "tiles": _tiles}
