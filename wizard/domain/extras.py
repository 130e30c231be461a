"""What decoder layers of Gemma 4 have that others have not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extras:
    """Of one kind of layer.

    `value_norm`: values are normalized, without a weight; `keys_as_values`: they are keys before their norm; `borrows`:
    keys and values are those of a layer before; `apart`: experts stand beside the dense feed-forward with norms of
    their own; `narrow`: the width of what a second embedding gives to each layer, 0 without one.
    """

    value_norm: bool = False
    keys_as_values: bool = False
    borrows: bool = False
    apart: bool = False
    narrow: int = 0


NONE = Extras()
