"""What stands in a model's folder."""

from __future__ import annotations

import json
import struct
from functools import cache
from random import Random
from typing import Any

from scripts.fuzz.case import Case
from scripts.fuzz.hostile import as_json, broken
from wizard.knowledge.models.catalogue import catalogue

CONFIG = b"""base_model: model
adapter: qlora
load_in_4bit: true
lora_r: 16
lora_alpha: 32
lora_target_linear: true
sequence_len: 2048
micro_batch_size: 1
gradient_accumulation_steps: 1
datasets: [{path: rows.jsonl, type: alpaca}]
"""
_QUANTIZED = {"quant_method": "gptq", "bits": 4, "group_size": 128, "modules_to_not_convert": ["lm_head"]}
LLAMA: dict[str, Any] = {
    "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100,
    "intermediate_size": 128, "num_key_value_heads": 2, "torch_dtype": "bfloat16", "tie_word_embeddings": False,
}  # fmt: skip
_TENSORS = {
    "__metadata__": {"format": "pt"},
    "model.embed_tokens.weight": {"dtype": "BF16", "shape": [100, 64], "data_offsets": [0, 12800]},
    "model.layers.0.self_attn.q_proj.weight": {"dtype": "U8", "shape": [64, 32], "data_offsets": [12800, 14848]},
}
_WORDS: dict[str, Any] = {
    "version": "1.0", "added_tokens": [{"id": 2, "content": "<s>", "special": True}], "pre_tokenizer": {"type": "Whitespace"},
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "<s>": 2, "ab": 3}, "merges": [["a", "b"]], "unk_token": "<s>"},
}  # fmt: skip
_ROWS = b'{"instruction": "a b", "input": "", "output": "ab a"}\n' * 5
_TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}{{ eos_token }}{% endfor %}"


@cache
def _configs() -> tuple[dict[str, Any], ...]:
    return (LLAMA, {**LLAMA, "quantization_config": _QUANTIZED}, *(dict(row.config) for row in catalogue().values()))


def _asked(dice: Random, files: dict[str, bytes]) -> Case:
    call = dice.choice((
        ("estimate", "my.yml", "--gpu", "24GiB", "--json"), ("estimate", "my.yml", "--gpu", "24GiB", "--explain"),
        ("check", "my.yml", "--gpu", "24GiB", "--format", "json"), ("check", "my.yml", "--gpu", "24GiB"),
    ))  # fmt: skip
    return Case(call, {"my.yml": CONFIG, **files}, terminal=dice.random() < 0.5)


def config_json(dice: Random) -> Case:
    """A config.json that is not what a model has."""
    return _asked(dice, {"model/config.json": as_json(dice, dice.choice(_configs()))})


def safetensors(dice: Random) -> Case:
    """Weights whose header, or whose index, lies."""
    files = {"model/config.json": json.dumps(dice.choice(_configs()[:2])).encode()}
    header = as_json(dice, _TENSORS)
    length = len(header) if dice.random() < 0.7 else dice.choice((0, 1, 8, 2**20, 2**31, 2**63, 2**64 - 1))
    weights = struct.pack("<Q", length) + header + b"\0" * dice.choice((0, 14848))
    files["model/model.safetensors"] = broken(dice, weights) if dice.random() < 0.2 else weights
    if dice.random() < 0.4:
        index = {
            "metadata": {"total_size": 14848},
            "weight_map": {"a.weight": "model.safetensors", "b": "../x", "c": "/x"},
        }
        files["model/model.safetensors.index.json"] = as_json(dice, index)
    return _asked(dice, files)


def tokenizer(dice: Random) -> Case:
    """A tokenizer and its settings, by which rows are counted and shown."""
    settings = {
        "chat_template": _TEMPLATE,
        "eos_token": {"content": "</s>"},
        "model_max_length": 1e30,
        "bos_token": "<s>",
    }
    files = {
        "model/config.json": json.dumps(LLAMA).encode(),
        "model/tokenizer.json": as_json(dice, _WORDS),
        "model/tokenizer_config.json": as_json(dice, settings),
        "rows.jsonl": _ROWS,
    }
    call = dice.choice(
        (("data", "my.yml", "--gpu", "24GiB", "--json"), ("data", "rows.jsonl", "--model", "model", "--gpu", "t4"))
    )
    return Case(call, {"my.yml": CONFIG, **files})
