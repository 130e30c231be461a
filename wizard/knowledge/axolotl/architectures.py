"""What an architecture can't do in Axolotl; architectures.json, written by `python -m scripts.architectures`.

Each feature was tried with a small random model of the architecture on a CPU, on the real Axolotl.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    "reward_model",
    "process_reward_model",
    "attention_unset",
    "attention_flash",
    "attention_sdpa",
    "attention_eager",
    "attention_flex",
    "packing_flash",
    "packing_sdpa",
    "packing_flex",
    "four_bits",
    "four_bits_experts",
    "eight_bits",
    "eight_bits_experts",
    "eight_bits_single",
    "images",
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


def is_tried(model_type: str) -> bool:
    """Whether the architecture was tried on every one of them."""
    return all(model_type in rows for rows in _tried().values())


def failure(model_type: str, feature: Feature, version: Version | None = None) -> str | None:
    """What a feature dies of on this architecture in a version; None where it works, or was not tried.

    Without a version: in any of them, the newest first. What is written then runs on all.
    """
    known = _by_version()
    asked = sorted(known, reverse=True) if version is None else [_nearest(version, known)]
    found = (known[one].get(model_type, {}).get(feature) for one in asked)
    return next((text for text in found if text is not None), None)


@cache
def _by_version() -> Mapping[Version, Mapping[str, Mapping[str, str]]]:
    found = {parse_version(name): rows for name, rows in _tried().items()}
    return {version: rows for version, rows in found.items() if version is not None}


def _nearest(version: Version, known: Iterable[Version]) -> Version:
    """The newest that is not newer, else the oldest."""
    return max((one for one in known if one <= version), default=min(known))
