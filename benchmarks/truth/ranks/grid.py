"""Runs on two and eight GPUs: how the base is stored, how it is divided, and who reads it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from benchmarks.truth.grid import dense, loss
from wizard.knowledge.models.catalogue import CatalogueModel

Config = dict[str, Any]

TRAINED = ("meta-llama/Llama-3.2-1B", "allenai/OLMo-2-0425-1B")
"""One whose lm_head is the embedding, and one where both weigh much beside the layers; few layers, for a step of many
small parts takes long to follow."""
LOADED = ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-70B")
"""No step is run."""
RANKS = (2, 8)
BITS = ("4bit", "8bit", "16bit", "full")
DIVISIONS = ("fsdp1", "fsdp2", "fsdp2-one-reads", "zero3")
ZERO3 = {"deepspeed": "deepspeed_configs/zero3_bf16.json"}


def grid() -> Iterator[tuple[str, int, bool, Config]]:
    """Each run's id, its number of GPUs, whether it is trained after it is loaded, and its config."""
    for model in (*TRAINED, *LOADED):
        for bits in BITS:
            for division in DIVISIONS:
                for ranks in RANKS:
                    if _meant(model, bits, division):
                        name = f"{model.rpartition('/')[2]}/ranks-{bits}-{division}-on-{ranks}"
                        yield (
                            name,
                            ranks,
                            _trained(model, division),
                            _config(model, bits, division, random.Random(name)),
                        )


DRAWN = 40
SMALL, SHALLOW = 5e9, 40
"""Parameters and layers of a model that is drawn: the parts of a deep one take long to follow."""


def drawn(seed: str) -> Iterator[tuple[str, int, bool, Config]]:
    """So many runs of dense models divided by FSDP2, settings drawn anew, each trained: another seed, other runs."""
    rows = [row for row in dense() if row.parameters < SMALL and row.config["num_hidden_layers"] <= SHALLOW]
    for number in range(DRAWN):
        dice = random.Random(f"ranks {seed} {number}")
        row = dice.choice(rows)
        bits, division = dice.choice(BITS), "fsdp2"  # newer releases of Axolotl refuse the other
        ranks = dice.choice((2, 4, 8))
        config = _config(row.id, bits, division, dice) | _other(row, bits, dice)
        yield f"{row.short}/ranks-{seed}-{number}-{bits}-{division}-on-{ranks}", ranks, True, config


def _other(row: CatalogueModel, bits: str, dice: random.Random) -> Config:
    length = dice.choice((512, 1024, 2048, 4096))
    config: Config = {
        "sequence_len": length,
        "micro_batch_size": dice.choice([size for size in (1, 2, 4) if size * length <= max(4096, length)]),
        "gradient_accumulation_steps": dice.choice((1, 1, 2)),
        "optimizer": dice.choice(("adamw_torch_fused", "adamw_torch")),
        "attn_implementation": dice.choice(("flash_attention_2", "sdpa")),
        **loss(dice, row.config["model_type"]),
    }
    if dice.random() < 0.3:
        config["gradient_checkpointing"] = False
    if bits != "full":
        config["lora_dropout"] = dice.choice((0.0, 0.05))
        if dice.random() < 0.3:
            config |= {"lora_target_linear": False, "lora_target_modules": ["q_proj", "v_proj", "o_proj"]}
    return config


def _trained(model: str, division: str) -> bool:
    return model in TRAINED and division in ("fsdp1", "fsdp2")


def _meant(model: str, bits: str, division: str) -> bool:
    """FSDP1 refuses 8 bits ("Cannot flatten integer dtype tensors"). 4 bits that one process reads for all are staged
    by Axolotl's own loader, which is not run here. A full fine-tune loads as 16 bits do.
    """
    if (bits, division) == ("8bit", "fsdp1"):
        return False
    if bits == "full":
        return _trained(model, division)
    return not (bits == "4bit" and division == "fsdp2-one-reads")


def _config(model: str, bits: str, division: str, dice: random.Random) -> Config:
    config: Config = {
        "base_model": model,
        "bf16": True,
        "sequence_len": dice.choice((1024, 2048, 4096)),
        "micro_batch_size": dice.choice((1, 1, 2)),
        "gradient_accumulation_steps": 1,
        "pad_to_sequence_len": True,
        "optimizer": "adamw_torch_fused",
        "val_set_size": 0,
        "attn_implementation": "flash_attention_2",
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
    }
    if bits != "full":
        rank = dice.choice((8, 16, 64))
        config |= {"adapter": "lora", "lora_r": rank, "lora_alpha": rank, "lora_target_linear": True}
        config |= dict.fromkeys(("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel"), False)
    if bits == "4bit":
        config |= {"adapter": "qlora", "load_in_4bit": True}
    if bits == "8bit":
        config["load_in_8bit"] = True
    if division == "zero3":
        return config | ZERO3
    block = {"auto_wrap_policy": "TRANSFORMER_BASED_WRAP", "reshard_after_forward": True}
    if division.endswith("one-reads"):
        block["cpu_ram_efficient_loading"] = True
    return config | {"fsdp_version": int(division[4]), "fsdp_config": block}
