"""The RoPE settings that `overrides_of_model_config` puts in the place of the model's.

Source: transformers 5.16.1 and 5.20.1 modeling_rope_utils.py, which read `rope_type` and `rope_theta` of the block
alone; axolotl 0.19.0 loaders/utils.py:202, 0.21.0 :220 (each of 27 architectures executed on a CPU).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.domain.nearest import did_you_mean
from wizard.domain.plan import Plan
from wizard.domain.values import mapping

_BLOCKS = ("overrides_of_model_config", "model_config")
_NAMES = ("rope_scaling", "rope_parameters")
_TYPES = {
    "default": (),
    "linear": ("factor",),
    "dynamic": ("factor",),
    "yarn": ("factor",),
    "longrope": ("short_factor", "long_factor"),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor"),
}
"""The types, and what each must have beside `rope_theta`."""
_NESTED = ("gemma3", "gemma3_text", "olmo3", "gemma3n", "gemma4", "modernbert", "gpt2", "bloom", "mpt")
"""Architectures whose block has one for each kind of layer, or which have no RoPE: of these nothing is said."""


@dataclass(frozen=True, slots=True)
class Rope:
    """One block. `path`: its place; `why`: why the model can't be built with it."""

    path: str
    why: str


def replaced(plan: Plan, architecture: str | None) -> Iterator[Rope]:
    """The blocks with which the model can't be built."""
    if architecture in _NESTED:
        return
    for key in _BLOCKS:
        block = mapping(plan, key)
        for name in _NAMES:
            why = _why(block[name]) if name in block else None
            if why is not None:
                yield Rope(f"{key}.{name}", why)


def _why(written: object) -> str | None:
    if not isinstance(written, dict):
        return "is no block with rope_type and rope_theta"
    kind = written.get("rope_type")
    if kind is None:
        return "has `type`, and rope_type is read" if "type" in written else "has no rope_type"
    if not isinstance(kind, str) or kind not in _TYPES:
        return f"names no rope_type of transformers: {kind}.{did_you_mean(str(kind), tuple(_TYPES))}"
    lacks = [name for name in (*_TYPES[kind], "rope_theta") if written.get(name) is None]
    return f"has no {' and '.join(lacks)}" if lacks else None
