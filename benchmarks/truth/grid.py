"""A seeded grid of training runs over the catalogue: which models, with which settings.

Nothing here looks at the estimate. Each kind of model has its smallest and, where there are many, a middle one;
each model has a full fine-tune, LoRA, QLoRA and one run out of the rarer ones; the rest is drawn.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wizard.knowledge.models.catalogue import CatalogueModel, built, catalogue

Config = dict[str, Any]

FP32_EXPERTS = "-fp32-experts"
"""Ends the id of a run in which PEFT turns experts that are not quantized to fp32; without it they stay in 16 bits."""

NO_MAMBA = "-no-mamba"
"""Ends the id of a run whose Mamba layers have no kernels."""

MANY = 4
LENGTHS = (512, 1024, 2048, 4096, 8192)
BATCHES = (1, 2, 4)
ATTENTION = ("flash_attention_2", "flash_attention_2", "sdpa", "sdpa", "eager", None)
CHECKPOINTING = (None, True, True, False)
"""None: none; else `use_reentrant`."""
LOSSES = (None, None, "cut_cross_entropy", "liger_fused_linear_cross_entropy")
OPTIMIZERS = {
    "full": ("adamw_torch_fused", "adamw_torch", "adamw_8bit", "paged_adamw_8bit", "adafactor", "lion_8bit", "sgd"),
    "lora": ("adamw_torch_fused", "adamw_torch", "adamw_8bit", "paged_adamw_8bit", "lion_32bit", "adafactor"),
}
WITH_IMAGES = ("qwen2_vl", "qwen2_5_vl")
NO_LIGER = ("granite", "granitemoe", "falcon")
"""Model types that end a run with Liger's fused loss: liger_kernel raises, or asks for layers by another name."""
RARE = ("int8", "dora", "dpo", "kto", "orpo", "simpo", "saved", "attention-only", "packed", "eval")


def _simulated() -> list[CatalogueModel]:
    """Text decoders without a quantization of their own, and without Mamba layers, whose kernels are not simulated."""
    found = []
    for row in catalogue().values():
        special = "text_config" in row.config or "quantization_config" in row.config
        mamba = any(block.mixer == "mamba" for block in built(row.id).blocks)
        if not special and not mamba and row.config["model_type"] not in WITH_IMAGES:
            found.append(row)
    return found


def models() -> list[CatalogueModel]:
    """One or two models of each kind of architecture."""
    kinds: dict[str, list[CatalogueModel]] = defaultdict(list)
    for row in _simulated():
        kinds[row.config["model_type"]].append(row)
    chosen = []
    for rows in kinds.values():
        rows.sort(key=lambda row: row.parameters)
        chosen.append(rows[0])
        if len(rows) >= MANY:
            chosen.append(rows[len(rows) // 2])
    return chosen


MIXTURES = (
    "allenai/OLMoE-1B-7B-0924",
    "Qwen/Qwen3-30B-A3B",
    "Qwen/Qwen1.5-MoE-A2.7B",
    "deepseek-ai/DeepSeek-V2-Lite",
    "zai-org/GLM-4.7-Flash",
    "mistralai/Mixtral-8x7B-v0.1",
    "ibm-granite/granite-3.1-3b-a800m-base",
)
NEVER_LET_GO = (
    "allenai/OLMoE-1B-7B-0924",
    "Qwen/Qwen3-30B-A3B",
    "Qwen/Qwen1.5-MoE-A2.7B",
    "deepseek-ai/DeepSeek-V2-Lite",
)
"""The last of them lets go: a shared expert ends its layers."""
STACKS = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]


def stacked() -> Iterator[tuple[str, Config]]:
    """Mixtures whose experts Axolotl quantizes as they load, in 4 and 8 bits, with adapters on them and without."""
    for name in MIXTURES:
        row = catalogue()[name]
        for bits in (4, 8):
            for adapted in (False, True):
                kind = f"stacked{bits}{'-adapted' if adapted else ''}"
                dice = random.Random(f"{name} {kind}")
                config = settings(row, "lora", dice)
                config |= {"adapter": "qlora" if bits == 4 else "lora", f"load_in_{bits}bit": True}
                config |= {"quantize_moe_experts": True, "lora_target_linear": False, "lora_dropout": 0.0}
                config |= dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"), False)
                config["lora_target_modules"] = ["q_proj", "k_proj", "v_proj", "o_proj"]
                if adapted:
                    config |= {"lora_target_parameters": STACKS, "lora_r": min(config["lora_r"], 32)}
                yield f"{row.short}/{kind}", config
                if kind == "stacked8" and name in NEVER_LET_GO:  # of 0.19 alone, whose libraries it wants
                    again = {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}}
                    yield f"{row.short}/{kind}-never-let-go", config | again


OSS = "openai/gpt-oss-20b"
OSS_STACKS = ["7.mlp.experts.gate_up_proj", "7.mlp.experts.down_proj", "15.mlp.experts.gate_up_proj"]


def dequantized() -> Iterator[tuple[str, Config]]:
    """GPT-OSS as Axolotl's examples train it, taken out of its 4 bits while it loads: adapters on the attention, on
    some layers' experts too, without checkpointing, and everything.
    """
    lora = {"adapter": "lora", "lora_r": 8, "lora_alpha": 16, "lora_dropout": 0.0, "lora_target_linear": False}
    lora |= {"lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"]}
    lora |= dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"), False)
    cut = {"cut_cross_entropy": True, "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}
    config: Config = {
        "base_model": OSS,
        "model_quantization_config": "Mxfp4Config",
        "model_quantization_config_kwargs": {"dequantize": True},
        "bf16": True,
        "sequence_len": 2048,
        "micro_batch_size": 1,
        "gradient_accumulation_steps": 2,
        "pad_to_sequence_len": True,
        "optimizer": "adamw_8bit",
        "val_set_size": 0,
        "attn_implementation": "eager",
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": True},
    }
    short = catalogue()[OSS].short
    yield f"{short}/dequantized-lora", config | lora
    yield f"{short}/dequantized-lora-cut", config | lora | cut | {"micro_batch_size": 2}
    yield f"{short}/dequantized-experts", config | lora | {"lora_target_parameters": OSS_STACKS}
    yield f"{short}/dequantized-kept", config | lora | cut | {"gradient_checkpointing": False, "sequence_len": 1024}
    yield f"{short}/dequantized-full", config | cut


def grid() -> Iterator[tuple[str, Config]]:
    """Each run's id and config."""
    yield from stacked()
    yield from dequantized()
    for row in models():
        for method in ("full", "lora", "qlora", "rare"):
            dice = random.Random(f"{row.id} {method}")
            kind = dice.choice(RARE) if method == "rare" else method
            config = settings(row, kind, dice)
            yield f"{row.short}/{kind}", config
            if built(row.id).moe and (config.get("load_in_4bit") or config.get("load_in_8bit")):
                yield f"{row.short}/{kind}{FP32_EXPERTS}", config


def dense() -> list[CatalogueModel]:
    """The models that are no mixtures."""
    return [row for row in _simulated() if not built(row.id).moe]


UNSEEN = 100


def unseen(seed: str) -> Iterator[tuple[str, Config]]:
    """So many runs of dense models on one GPU with settings drawn anew: another seed, other runs."""
    rows = dense()
    for number in range(UNSEEN):
        dice = random.Random(f"unseen {seed} {number}")
        row = dice.choice(rows)
        kind = dice.choice(("full", "lora", "qlora", dice.choice(RARE)))
        yield f"{row.short}/unseen-{seed}-{number}-{kind}", settings(row, kind, dice)


DRAWN_MIXTURES = 40
LARGEST = 50e9
"""Parameters of a mixture that is drawn: fake tensors of the largest take minutes."""


def mixtures(seed: str) -> Iterator[tuple[str, Config]]:
    """So many runs of mixtures on one GPU with settings drawn anew. Rounded ones leave their experts as they are: PEFT
    turns these to fp32.
    """
    rows = [row for row in _simulated() if built(row.id).moe and row.parameters < LARGEST]
    for number in range(DRAWN_MIXTURES):
        dice = random.Random(f"mixture {seed} {number}")
        row = rows[number % len(rows)]
        kind = dice.choice(("full", "lora", "lora", "qlora", dice.choice(RARE)))
        config = settings(row, kind, dice)
        if config.get("adapter"):
            config["lora_dropout"] = 0.0
        leftovers = FP32_EXPERTS if config.get("load_in_4bit") or config.get("load_in_8bit") else ""
        yield f"{row.short}/mixture-{seed}-{number}-{kind}{leftovers}", config


HYBRIDS = 28
CUT = {"cut_cross_entropy": True, "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}
LOSS_KEYS = ("cut_cross_entropy", "liger_fused_linear_cross_entropy", "plugins")  # Liger's does not reach Qwen3.5
TARGETS = (None, None, ["q_proj", "k_proj", "v_proj", "o_proj"], ["in_proj_qkv", "in_proj_z", "out_proj", "o_proj"])
"""LoRA's targets in a hybrid; None: every linear layer."""


def hybrids(seed: str) -> Iterator[tuple[str, Config]]:
    """So many runs of models whose layers are delta-nets or short convolutions beside attention, drawn anew."""
    rows = [row for row in catalogue().values() if {"linear", "conv"} & {one.mixer for one in built(row.id).blocks}]
    small = [row for row in rows if row.parameters < 40e9 and row.config["model_type"] != "lfm2_moe"]
    for number in range(HYBRIDS):
        dice = random.Random(f"hybrid {seed} {number}")
        row = small[number % len(small)]
        kind = dice.choice(("full", "lora", "lora", "qlora", "eval"))
        config = settings(row, kind, dice)
        if row.config["model_type"].startswith("qwen3"):
            config = {name: value for name, value in config.items() if name not in LOSS_KEYS}
            config |= dice.choice((CUT, CUT, {}))
        if config.get("adapter"):
            config["lora_dropout"] = 0.0 if built(row.id).moe else config["lora_dropout"]
            if targets := dice.choice(TARGETS):
                config |= {"lora_target_linear": False, "lora_target_modules": targets}
        if config.get("attn_implementation") == "eager":
            config["attn_implementation"] = "sdpa"
        yield f"{row.short}/hybrid-{seed}-{number}-{kind}", config


def settings(row: CatalogueModel, kind: str, dice: random.Random) -> Config:
    """A run of this kind, the rest of it drawn."""
    method = dice.choice(("lora", "qlora")) if kind not in ("full", "lora", "qlora") else kind
    length = dice.choice([size for size in LENGTHS if size <= row.config.get("max_position_embeddings", 8192)])
    config: Config = {
        "base_model": row.id,
        "bf16": True,
        "sequence_len": length,
        "micro_batch_size": dice.choice([size for size in BATCHES if size * length <= max(8192, length)]),
        "gradient_accumulation_steps": dice.choice((1, 1, 2)),
        "pad_to_sequence_len": True,
        "optimizer": dice.choice(OPTIMIZERS["full" if method == "full" else "lora"]),
        "val_set_size": 0,
    }
    attention = dice.choice([one for one in ATTENTION if one != "eager" or length <= 2048])
    if attention:
        config["attn_implementation"] = attention
    config |= _checkpointing(dice) | loss(dice, row.config["model_type"])
    if method != "full":
        config |= _adapter(method, dice)
    return config | _rare(kind, config, dice)


def _checkpointing(dice: random.Random) -> Config:
    reentrant = dice.choice(CHECKPOINTING)
    if reentrant is None:
        return {"gradient_checkpointing": False}
    return {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": reentrant}}


def loss(dice: random.Random, kind: str) -> Config:
    """Which loss, for a model type."""
    chosen = dice.choice(LOSSES)
    if chosen == "liger_fused_linear_cross_entropy" and kind in NO_LIGER:
        return {}
    plugins = {
        "cut_cross_entropy": "axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin",
        "liger_fused_linear_cross_entropy": "axolotl.integrations.liger.LigerPlugin",
    }
    return {} if chosen is None else {chosen: True, "plugins": [plugins[chosen]]}


def _adapter(method: str, dice: random.Random) -> Config:
    rank = dice.choice((8, 16, 32, 64, 128))
    config: Config = {"adapter": method, "lora_r": rank, "lora_alpha": rank, "lora_target_linear": True}
    config["lora_dropout"] = dice.choice((0.0, 0.0, 0.05))
    if method == "qlora":
        config["load_in_4bit"] = True
    if dice.random() < 0.4:
        config |= dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"), False)
    return config


def _rare(kind: str, config: Config, dice: random.Random) -> Config:
    if kind == "int8":
        return {"adapter": "lora", "load_in_8bit": True, "load_in_4bit": False}
    if kind in ("dpo", "kto", "orpo", "simpo"):
        for name in ("plugins", "cut_cross_entropy", "liger_fused_linear_cross_entropy"):
            config.pop(name, None)
        return {"rl": kind, "micro_batch_size": 1 if kind != "kto" else 2}
    return {
        "dora": {"peft_use_dora": True},
        "saved": {"lora_modules_to_save": ["embed_tokens", "lm_head"]},
        "attention-only": {
            "lora_target_linear": False,
            "lora_target_modules": ["q_proj", "k_proj", "v_proj", "o_proj"],
        },
        "packed": {"sample_packing": True, "attn_implementation": "flash_attention_2", "micro_batch_size": 2},
        "eval": {"val_set_size": 0.1, "eval_batch_size": dice.choice((1, 4))},
    }.get(kind, {})
