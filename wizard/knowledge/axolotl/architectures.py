"""What an architecture can't do in Axolotl; architectures.json, written by `python -m scripts.architectures`.

Each feature was tried with a small random model of the architecture on a CPU, on the real Axolotl.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from wizard.knowledge.axolotl.settings import version

Feature = Literal[
    "full",
    "attention_kernels",
    "mlp_kernel",
    "lora_target_linear",
    "lora_attention",
    "lora_projections",
    "lora_language_model",
    "checkpointing_reentrant",
    "checkpointing_non_reentrant",
]
"""`attention_kernels`: lora_qkv_kernel and lora_o_kernel. `lora_attention`, `lora_projections`: `lora_target_modules`
of the attention's projections, or the feed-forward's too; `lora_language_model`: with the pattern LANGUAGE_MODEL.
"""

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
PROJECTIONS = (*ATTENTION, "gate_proj", "up_proj", "down_proj")
LANGUAGE_MODEL = r".*language_model.*\.(mlp|self_attn)\.(up|down|gate|q|k|v|o)_proj"
"""The projections of the language model of a multimodal one, and of no tower."""


@cache
def _tried() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = Path(__file__).with_name("architectures.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return found


def versions() -> tuple[str, ...]:
    """The versions of Axolotl that were tried."""
    return tuple(_tried())


def is_tried(model_type: str) -> bool:
    """Whether the architecture was tried."""
    return model_type in _tried()[version()]


def failure(model_type: str, feature: Feature) -> str | None:
    """What a feature dies of on this architecture; None where it works, or was not tried."""
    return _tried()[version()].get(model_type, {}).get(feature)
