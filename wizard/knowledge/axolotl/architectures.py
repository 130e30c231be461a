"""What an architecture can't do in Axolotl; architectures.json, written by `python -m scripts.architectures`.

Each feature was tried with a small random model of the architecture on a CPU, on the real Axolotl. Where the models of
an architecture have parts that others of it lack, with one of each kind. architectures_outside.json has those of
architectures that the catalogue has not, with models of transformers' own config made small: what was tried of them is
`lora_target_linear`, flash, sdpa, both packed, and 4 bits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from wizard.domain.model import Model
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
    "attention_hybrid",
    "pairs_hybrid",
    "packing_flash",
    "packing_sdpa",
    "packing_flex",
    "packing_hybrid",
    "four_bits",
    "four_bits_experts",
    "eight_bits",
    "eight_bits_experts",
    "eight_bits_single",
    "images",
]
"""`attention_kernels`: lora_qkv_kernel and lora_o_kernel. `lora_attention`, `lora_projections`: `lora_target_modules`
of the attention's projections, or the feed-forward's too; `lora_language_model`: with the pattern LANGUAGE_MODEL.
`attention_hybrid`, `pairs_hybrid`, `packing_hybrid`: FlashAttention-2 with `gemma4_hybrid_attn_impl`, tried on Gemma 4
alone, with two padded rows in a batch, pairs of preferences, packed rows.
"""

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
PROJECTIONS = (*ATTENTION, "gate_proj", "up_proj", "down_proj")
LANGUAGE_MODEL = r".*language_model.*\.(mlp|self_attn)\.(up|down|gate|q|k|v|o)_proj"
"""The projections of the language model of a multimodal one, and of no tower."""


@cache
def _tried() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return _read("architectures")


def _read(name: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return found


def versions() -> tuple[Version, ...]:
    """The versions of Axolotl that were tried, the oldest first."""
    return tuple(sorted(found for text in _tried() if (found := parse_version(text)) is not None))


def kind_of(model: Model) -> str:
    """The name of what was tried for a model: its architecture, with its traits where it has a row of its own."""
    own = f"{model.architecture}: {' '.join(traits(model))}"
    return own if is_tried(own) else model.architecture


def is_tried(kind: str) -> bool:
    """Whether an architecture, or a kind of it, was tried on every one of them."""
    return all(kind in rows for rows in _tried().values())


def failure(model: Model | str, feature: Feature, version: Version | None = None) -> str | None:
    """What a feature dies of on a model's architecture in a version; None where it works, or was not tried.

    `model`: its type alone where no more is known of it.
    Without a version: in any of them, the newest first. What is written then runs on all.
    """
    known, kind = _by_version(), model if isinstance(model, str) else kind_of(model)
    asked = sorted(known, reverse=True) if version is None else [_nearest(version, known)]
    found = (known[one].get(kind, {}).get(feature) for one in asked)
    return next((text for text in found if text is not None), None)


@cache
def _by_version() -> Mapping[Version, Mapping[str, Mapping[str, str]]]:
    outside = _read("architectures_outside")
    found = {parse_version(name): {**outside[name], **rows} for name, rows in _tried().items()}
    return {version: rows for version, rows in found.items() if version is not None}


def _nearest(version: Version, known: Iterable[Version]) -> Version:
    """The newest that is not newer, else the oldest."""
    return max((one for one in known if one <= version), default=min(known))


def traits(model: Model) -> tuple[str, ...]:
    """What tells models of one architecture apart where code goes other ways: a tower for sound, experts, layers that
    carry a state along, the language model's own type.
    """
    state = not model.mixers.isdisjoint(("linear", "mamba", "conv"))
    named = {"sound": model.hears, "experts": model.moe, "state": state, model.model_type: bool(model.outer_type)}
    return tuple(name for name, has in named.items() if has)
