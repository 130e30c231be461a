"""Configs: Axolotl's, other trainers', presets."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import broken, changed, text, value
from wizard.knowledge.axolotl.fields import fields
from wizard.knowledge.axolotl.versions import newest

ROOT = Path(__file__).parents[3]
GPUS = ("rtx-4090", "24GiB", "2xa100-80gb", "t4", "8xh100-80gb")
_FORMATS = ("text", "json", "github", "gitlab", "junit", "sarif")
_FOREIGN = {
    "llama-factory": {"model_name_or_path": "Qwen/Qwen3-8B", "stage": "sft", "finetuning_type": "lora", "dataset": "a,b",
                      "template": "qwen", "cutoff_len": 2048, "lora_rank": 8, "lora_target": "all", "bf16": True,
                      "per_device_train_batch_size": 1, "learning_rate": 1e-4},
    "trl": {"model_name_or_path": "Qwen/Qwen3-8B", "dataset_name": "x/y", "use_peft": True, "lora_r": 8, "packing": True,
            "max_length": 2048, "lora_target_modules": ["q_proj"], "load_in_4bit": True, "dtype": "bfloat16"},
    "unsloth": {"model_name": "unsloth/x", "max_seq_length": 2048, "load_in_4bit": True, "r": 16, "target_modules": ["q_proj"]},
    "torchtune": {"model": {"_component_": "torchtune.models.llama3_1.lora_llama3_1_8b", "lora_rank": 8,
                            "lora_attn_modules": ["q_proj"]}, "batch_size": 2, "epochs": 1, "dtype": "bf16",
                  "dataset": {"_component_": "torchtune.datasets.alpaca_dataset"}, "optimizer": {"lr": 1e-4}},
}  # fmt: skip


@cache
def texts() -> tuple[bytes, ...]:
    """Good configs: the presets."""
    return tuple(path.read_bytes() for path in sorted((ROOT / "presets").glob("*.yml")))


@cache
def _values() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(one) for one in texts())


@cache
def _keys() -> tuple[str, ...]:
    return tuple(sorted(fields(newest())))


def made(dice: Random) -> bytes:
    """A config with hostile values under Axolotl's own keys, or with hostile bytes."""
    if dice.random() < 0.4:
        return broken(dice, dice.choice(texts()))
    found = changed(dice, dice.choice(_values()), dice.randint(0, 3))
    for _ in range(dice.randint(0, 4)):
        found[dice.choice(_keys()) if dice.random() < 0.9 else text(dice)] = value(dice)
    written = yaml.safe_dump(
        found, sort_keys=False, allow_unicode=dice.random() < 0.5, width=dice.choice((20, 80, 10**6))
    )
    content = written.encode(errors="surrogatepass")
    return broken(dice, content, 1) if dice.random() < 0.2 else content


def config(dice: Random) -> Case:
    """A config before each command that reads one."""
    files, gpu = {"my.yml": made(dice)}, ("--gpu", dice.choice(GPUS))
    terminal = dice.random() < 0.2
    kind = dice.random()
    if kind < 0.45:
        form = dice.choice(_FORMATS)
        more = dice.choice(((), ("--diff",), ("--strict",), ("--statistics",), ("--fix",), ("--fix", "--unsafe-fixes")))
        more = more if form == "text" else ()
        return Case(("check", "my.yml", *gpu, "--format", form, *more), files, terminal=terminal)
    if kind < 0.7:
        json = dice.random() < 0.5
        more = ("--json",) if json else dice.choice(((), ("--explain",), ("--budget", "22GiB")))
        return Case(("estimate", "my.yml", *gpu, *more), files, terminal=terminal)
    if kind < 0.85:
        json = dice.random() < 0.3
        more = ("--json",) if json else dice.choice(((), ("--diff",), ("--write", "--yes")))
        copies = not more
        return Case(("migrate", "my.yml", *more), files, terminal=terminal, copies=copies)
    if kind < 0.9:
        return Case(("fit", "my.yml", *gpu, "--json"), files)
    return Case(("data", "my.yml", *gpu, "--json"), files)


def foreign(dice: Random) -> Case:
    """Another trainer's settings."""
    trainer = dice.choice(sorted(_FOREIGN))
    content = yaml.safe_dump(changed(dice, _FOREIGN[trainer])).encode(errors="surrogatepass")
    content = broken(dice, content) if dice.random() < 0.4 else content
    return Case(
        ("import", "their.yaml", "--from", trainer), {"their.yaml": content}, copies=True, terminal=dice.random() < 0.3
    )


def preset(dice: Random) -> Case:
    """A preset of the person's own."""
    name = dice.choice(("mine.yml", "my preset.yml", "x\x1b[31m.yml", "ü.yml", "a\nb.yml"))
    call = dice.choice(
        (("presets", "--json"), ("presets",), ("generate", "--preset", name[:-4], "--gpu", dice.choice(GPUS)))
    )
    return Case(
        call, {f"presets/{name}": made(dice)}, environment={"MEMWIZARD_PRESETS": "presets"}, copies=call[0] == "generate", terminal=dice.random() < 0.2,
    )  # fmt: skip
