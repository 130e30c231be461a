"""Configs that the commands are tried on."""

from __future__ import annotations

GOOD = """\
base_model: Qwen/Qwen3-8B
datasets:
  - path: owner/data
    type: alpaca
adapter: qlora
load_in_4bit: true
lora_r: 16
lora_alpha: 32
lora_target_linear: true
sequence_len: 2048
sample_packing: true
pad_to_sequence_len: true
micro_batch_size: 1
gradient_accumulation_steps: 8
val_set_size: 0.05
evals_per_epoch: 2
bf16: true
attn_implementation: flash_attention_2
optimizer: adamw_bnb_8bit
learning_rate: 0.0002
gradient_checkpointing: true
lora_mlp_kernel: true
lora_qkv_kernel: true
lora_o_kernel: true
lora_embedding_kernel: true
"""
"""Fits 24 GB with no finding."""


def with_line(*lines: str) -> str:
    """The good config with these lines, in place of those of the same key or at the end."""
    found = GOOD.splitlines()
    for line in lines:
        key = line.partition(":")[0]
        same = [number for number, old in enumerate(found) if old.partition(":")[0] == key]
        if same:
            found[same[0]] = line
        else:
            found.append(line)
    return "\n".join(found) + "\n"


def number_of(text: str, key: str) -> int:
    """The 1-based line that a key stands on."""
    return [line.partition(":")[0] for line in text.splitlines()].index(key) + 1
