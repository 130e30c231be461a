"""The kinds of plans of the ledger: each key with what it is drawn from.

None leaves a key out; under a name that begins with + stand blocks of keys that belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.ledgers import options as of


@dataclass(frozen=True, slots=True)
class Kind:
    """`count` plans of it, on one of `gpus` (None: a machine that is not known), for one of `versions`: 0.19 to 0.21.

    Keys that it does not name are drawn from those of all plans.
    """

    name: str
    count: int
    values: Mapping[str, Sequence[Any]]
    gpus: Sequence[str | None] = (None, "a100-80gb", "rtx-4090")
    versions: Sequence[int] = (19, 20, 21, 21)


_UNPACKED: Mapping[str, Sequence[Any]] = {"sample_packing": (False, None)}
_ON: Mapping[str, Sequence[Any]] = {"+checkpoints": (of.CHECKPOINTS[1], *of.CHECKPOINTS[3:])}
KINDS: Sequence[Kind] = (
    Kind("any", 30, {"base_model": of.DENSE}),
    Kind(
        "vision",
        40,
        {
            **_UNPACKED,
            "base_model": of.IMAGES,
            "processor_type": ("AutoProcessor",),
            "image_size": (None, None, 224, 512, [1024, 768], [768, 1400], 2048),
            "freeze_mm_modules": (None, None, True),
            "lora_target_modules": (None, None, r"model.language_model.layers.[\d]+.self_attn.(q|k|v|o)_proj"),
            "+several": ({}, {}, {}, of.FSDP[8], of.ZERO[3]),
        },
        ("2xa100-80gb", "a100-80gb", None),
    ),
    Kind(
        "crossing",
        12,
        {
            **_UNPACKED,
            "base_model": ("meta-llama/Llama-3.2-11B-Vision-Instruct",),
            "processor_type": ("AutoProcessor",),
            "sequence_len": (64, 512),
            "image_size": (None, 224, 1024),
            "freeze_mm_modules": (None, True),
        },
    ),
    Kind(
        "trained-towers",
        11,
        {
            **_UNPACKED,
            "base_model": of.IMAGES,
            "processor_type": ("AutoProcessor",),
            "bf16": (True, False),
            "image_size": (None, 448),
            "+method": (of.FULL,),
        },
    ),
    Kind(
        "towers",
        8,
        {
            **_UNPACKED,
            "base_model": ("google/gemma-4-E2B", "zai-org/GLM-4.6V-Flash", "meta-llama/Llama-4-Scout-17B-16E"),
            "processor_type": ("AutoProcessor", None),
            "freeze_mm_modules": (None, True),
        },
    ),
    Kind(
        "grpo",
        36,
        {
            **_UNPACKED,
            "rl": ("grpo", "grpo", "grpo", "gdpo"),
            "trl": of.TRL,
            "vllm": (None, {"gpu_memory_utilization": 0.5}),
            "+several": ({}, {}, of.FSDP[8], of.ZERO[2]),
        },
        (None, "a100-80gb", "2xa100-80gb"),
    ),
    Kind(
        "grpo-full",
        10,
        {
            **_UNPACKED,
            "base_model": ("meta-llama/Llama-3.2-1B", "Qwen/Qwen3-8B"),
            "attn_implementation": ("eager", "sdpa", "flex_attention"),
            "rl": ("grpo",),
            "trl": of.TRL,
            "+method": (of.FULL,),
        },
        (None, "a100-80gb"),
    ),
    Kind("ebft", 4, {**_UNPACKED, "rl": ("ebft",), "trl": of.TRL[:4], "ebft": (None, {"mode": "strided"})}),
    Kind(
        "preference",
        24,
        {
            **_UNPACKED,
            "rl": ("dpo", "ipo", "kto", "orpo", "simpo", "other"),
            "rl_adapter_ref_model": (None, True),
        },
        (None, "a100-80gb", "2xa100-80gb"),
    ),
    Kind("reward", 6, {**_UNPACKED, "reward_model": (True,)}),
    Kind("process-reward", 8, {**_UNPACKED, "process_reward_model": (True,), "num_labels": (None, 3)}),
    Kind(
        "parallel",
        40,
        {
            "base_model": (*of.DENSE, *of.MIXTURES[:4]),
            "+parallel": of.PARALLEL,
            "+several": ({}, of.FSDP[8], of.ZERO[3]),
        },
        of.SEVERAL,
    ),
    Kind("zero", 44, {"base_model": (*of.DENSE, *of.MIXTURES[:3]), "+zero": of.ZERO}, of.SEVERAL),
    Kind("zero-alone", 6, {"+zero": of.ZERO}, (None, "a100-80gb")),
    Kind("fsdp", 44, {"base_model": (*of.DENSE, *of.MIXTURES[:3]), "+fsdp": of.FSDP}, of.SEVERAL),
    Kind("ddp", 10, {"ddp": (None, True)}, of.SEVERAL),
    Kind(
        "tiled",
        16,
        {
            "base_model": of.DENSE,
            "sequence_len": (4096, 65536, 131072),
            "tiled_mlp": (True,),
            "tiled_mlp_num_shards": (None, 4, 1),
            "+parallel": ({}, {}, of.PARALLEL[0]),
        },
        (None, "2xa100-80gb"),
    ),
    Kind(
        "selective",
        24,
        {
            **_ON,
            "base_model": (*of.DENSE, "openai/gpt-oss-20b", "google/gemma-3-1b-pt", "Qwen/Qwen3.5-2B"),
            "selective_checkpointing": of.SELECTIVE,
        },
        versions=(20, 21),
    ),
    Kind(
        "offloading",
        20,
        {
            **_ON,
            "activation_offloading": (None, True, "legacy", "disk", "hidden_states"),
            "layer_offloading": (None, True),
            "rl": (None, None, None, "dpo", "grpo"),
        },
    ),
    Kind(
        "experts",
        40,
        {
            "base_model": of.MIXTURES,
            "+method": (of.FULL, of.QLORA, of.INT8, *of.EXPERTS),
            "quantize_moe_experts": (None, True),
            "lora_dropout": (None, 0.0),
        },
    ),
    Kind("adapters", 36, {"base_model": of.DENSE, "+method": (*of.METHODS[1:], *of.ADAPTERS)}),
    Kind("part", 12, {"+method": of.PARTS}),
    Kind("precision", 20, {"base_model": of.DENSE, "bf16": (None,), "+precision": of.PRECISIONS}),
    Kind(
        "saving",
        20,
        {"+saving": of.SAVING, "+method": of.METHODS, "+several": ({}, {}, of.ZERO[2], of.ZERO[3])},
        (None, "2xa100-80gb"),
    ),
    Kind(
        "evaluation",
        12,
        {"val_set_size": (0.05,), "eval_batch_size": (None, 4, 8), "eval_sample_packing": (None, False)},
    ),
    Kind(
        "stored",
        14,
        {"base_model": of.STORED, "+method": (of.FULL, of.METHODS[1], of.QLORA, of.EXPERTS[0])},
    ),
)
