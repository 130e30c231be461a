"""Images and sound that rows of data hold: how many, how large, how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

TOKENS_A_SECOND = 25
CLIP_SECONDS = 30
"""Of sound: what Gemma 4's processor makes of it, and how long a clip it leaves whole (transformers 5.20
processing_gemma4.py `audio_ms_per_token`, feature_extraction_gemma4.py `max_length`)."""


def clip_tokens(seconds: float) -> int:
    """Tokens of a clip that lasts so long."""
    return ceil(TOKENS_A_SECOND * min(seconds, CLIP_SECONDS))


class Size(NamedTuple):
    """Pixels of an image."""

    width: int
    height: int

    @property
    def area(self) -> int:
        """Width x height."""
        return self.width * self.height


@dataclass(slots=True)
class Media:
    """What the rows of one file refer to. `unread`: not on this machine, of a kind that is not read, or too many.

    `most`: the most images in one row; `sounds`: how many are named, read or not; `unheard`: sound that stands where
    nothing reads it.
    """

    sizes: list[Size] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    rows: int = 0
    most: int = 0
    unread: int = 0
    sounds: int = 0
    unheard: int = 0

    @property
    def longest_clip(self) -> int:
        """Tokens of the longest sound, 0 where there is none."""
        return clip_tokens(max(self.seconds, default=0.0))

    @property
    def any(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.rows)

    def at(self, share: float) -> Size:
        """The image than which such a share has no more pixels; there must be one."""
        ordered = sorted(self.sizes, key=lambda size: (size.area, size))
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def seconds_at(self, share: float) -> float:
        """The same of sound, in seconds; there must be some."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
