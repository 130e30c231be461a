"""What an architecture can't do in Axolotl; architectures.json, written by `python -m scripts.architectures`.

Each feature was tried with a small random model of the architecture on a CPU, on the real Axolotl.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from wizard.domain.version import Version, parse_version

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


def versions() -> tuple[Version, ...]:
    """The versions of Axolotl that were tried, the oldest first."""
    return tuple(sorted(found for text in _tried() if (found := parse_version(text)) is not None))


@cache
def _of(version: Version) -> Mapping[str, Mapping[str, str]]:
    """What was tried on this version, or on the one tried that comes nearest: the newest before it, else the oldest."""
    nearest = max((one for one in versions() if one <= version), default=versions()[0])
    return next(rows for text, rows in _tried().items() if parse_version(text) == nearest)


def is_tried(model_type: str, version: Version) -> bool:
    """Whether the architecture was tried."""
    return model_type in _of(version)


def failure(model_type: str, feature: Feature, version: Version) -> str | None:
    """What a feature dies of on this architecture; None where it works, or was not tried."""
    return _of(version).get(model_type, {}).get(feature)
