"""What each architecture can do, one thing at a time: kinds of attention, packing, rounded weights, images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.runs.case import Case
from scripts.runs.first import kinds
from wizard.axolotl.architectures import working_targets
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.architectures import failure
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.world.presets import preset

_START, _FOUR, _PAIRS, _GPU = "full-24gb", "qlora-24gb", "dpo-qlora-24gb", "h100-80gb"
_UNPACKED: dict[str, Any] = {"sample_packing": False, "eval_sample_packing": False}
_IMAGES: dict[str, Any] = {
    "processor_type": "AutoProcessor", "skip_prepare_dataset": True, "remove_unused_columns": False, **_UNPACKED,
    "datasets": [{"path": "images", "type": "chat_template"}], "chat_template": "tokenizer_default",
}  # fmt: skip
_NAMES = {"flash": "flash_attention_2", "sdpa": "sdpa", "eager": "eager", "flex": "flex_attention"}
_ALONE = ("flash", "flex", "eager")
_OF_PARTS = ("attention_unset", *(f"attention_{short}" for short in _ALONE))
"""Tried where a model has parts of several kinds: a plain one that packs with an attention runs without packing too."""
_HYBRID: dict[str, Any] = {"attn_implementation": _NAMES["flash"], "gemma4_hybrid_attn_impl": True}
_KERNELS = ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel")
_SDPA: dict[str, Any] = {"attn_implementation": "sdpa", **_UNPACKED}
_UNSET: dict[str, Any] = {"attn_implementation": None, **_UNPACKED}
_EIGHT: dict[str, Any] = {"adapter": "lora", "load_in_4bit": False, "load_in_8bit": True}
TRIED: dict[str, tuple[str, dict[str, Any]]] = {
    "packing_flash": (_START, {"attn_implementation": _NAMES["flash"]}),
    "attention_sdpa": (_START, _SDPA),
    "packing_flex": (_START, {"attn_implementation": _NAMES["flex"]}),
    "four_bits": (_FOUR, _UNSET),
    "four_bits_experts": (_FOUR, {**_UNSET, "quantize_moe_experts": True}),
    "eight_bits": (_FOUR, {**_UNSET, **_EIGHT}),
    "eight_bits_experts": (_FOUR, {**_UNSET, **_EIGHT, "quantize_moe_experts": True}),
    "eight_bits_single": (_FOUR, {**_UNSET, **_EIGHT, "bf16": False, "fp16": False}),
    "attention_unset": (_START, _UNSET),
    **{f"attention_{short}": (_START, {"attn_implementation": _NAMES[short], **_UNPACKED}) for short in _ALONE},
    "attention_hybrid": (_START, {**_HYBRID, **_UNPACKED, "micro_batch_size": 2, "eval_batch_size": 2}),
    "pairs_hybrid": (_PAIRS, _HYBRID),
    "packing_hybrid": (_START, _HYBRID),
    "images": (_START, {"attn_implementation": None, **_IMAGES}),
}
"""The preset that a feature is tried with, and what is changed of it."""


def features() -> Iterator[Case]:
    """Each feature on each architecture that may have it."""
    machine = named_machine(_GPU)
    for feature, (start, changed) in TRIED.items():
        for kind, name in kinds().items():
            model = built(name)
            if (feature.endswith("experts") and not model.moe) or (feature == "images" and not model.multimodal):
                continue
            if feature.endswith("hybrid") and not model.architecture.startswith("gemma4"):
                continue
            alone = feature == "attention_flex" and failure(model, "packing_flex")
            if feature in _OF_PARTS and not (_has_parts(model) or alone):
                continue
            if feature in ("four_bits", "eight_bits") and model.moe:
                continue  # Axolotl leaves the experts as they are
            plan = preset(start).plan.changed({"base_model": name, **changed})
            if start in (_FOUR, _PAIRS):
                if feature.endswith("experts") or failure(model, "lora_target_linear"):
                    plan = plan.changed({"lora_target_linear": REMOVE, "lora_target_modules": working_targets(model)})
                plan = plan.changed(dict.fromkeys(_KERNELS, False))
            config = {key: value for key, value in plan.values.items() if value is not None}
            yield Case(("feature", feature, kind), config, machine)


def _has_parts(model: Model) -> bool:
    return model.multimodal or model.packed is not None or any(block.mixer != "attention" for block in model.blocks)
