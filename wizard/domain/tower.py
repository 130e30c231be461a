"""A vision tower: how its layers run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NormStyle = Literal["rms", "late", "gemma", "layer", "layer1p", "centered"]
"""How a norm is computed, a tower's or the text's."""


@dataclass(frozen=True, slots=True)
class Tower:
    """How a vision tower's layers run; widths in elements.

    `attention`, `feed`: names of the projections in a layer (of `path`): q, k, v and out, or one for three and out;
    gate, up and down, or up and down. `sandwich`: norms after the parts too. `opening`: whose doing it is
    that the norm before the first layer hands on fp32. `rotary`: "" none, "half" in 16 bits,
    "wide" in fp32. `mask`: under sdpa written out, "shared" by all layers or made by "each". `joined`: attention's
    parts are put together in a new tensor. `clipped`: linear layers clip what comes and goes. `exit`: how its output
    becomes tokens; `deep`: how many mergers feed layers of the text too. `hooked`: it says what its input embeddings
    are, so that gradients are asked for there. `bidirectional`: which of the text's layers get a mask under sdpa in
    which an image sees itself whole ("all", "sliding"). `beside`: how many layers' outputs go out beside the last's.
    `gated_layers`: layers more, behind the others. `layers` 0: there is no tower.
    """

    path: str = ""
    layers: int = 0
    width: int = 0
    heads: int = 0
    head_dim: int = 0
    wide: int = 0
    attention: tuple[str, ...] = ()
    feed: tuple[str, ...] = ()
    norm: NormStyle = "layer"
    sandwich: bool = False
    qk_norm: bool = False
    opening: Literal["", "autocast", "kbit"] = ""
    rotary: str = ""
    activation: str = "gelu"
    mask: str = ""
    joined: bool = False
    clipped: bool = False
    exit: str = ""
    deep: int = 0
    checkpointed: bool = True
    hooked: bool = True
    bidirectional: str = ""
    beside: int = 0
    gated_layers: int = 0
