"""What a run on a CPU does not tell, and why; and what is known and not told yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REASONS: tuple[tuple[str, str, str], ...] = (
    ("flex|fp8|plan", "Attention sinks cannot be run on CPU", "gpt-oss's sinks in flex attention need CUDA"),
    ("eight_bits", "to have the same dtype", "8 bits leave fp16 beside them, and a CPU run has no autocast"),
    ("eight_bits_experts|plan", "The size of tensor a", "bitsandbytes scales stacked experts otherwise on a CPU"),
    ("images", "tuple index out of range", "the small Llama 3.2 Vision has fewer layers than its tower looks up"),
    ("plan", "vllm-flash-attn3", "on Hopper gpt-oss takes a kernel from the hub"),
    ("plan", "too small for sample_packing", "the few rows of a small run"),
    ("dpo.* llama4|plan", "has no attribute 'aux_loss'", "not looked into: TRL reads a loss of its router"),
    ("dpo.* jamba|plan", "out of bounds for dimension 0", "not looked into: the small Jamba's experts are fewer"),
    ("images", "BFloat16 != float", "Axolotl casts Llama 4's images to bf16, and a CPU trains in fp32"),
)
"""For an id, what an outcome says, both as patterns, and why it is not the file's."""


def unjudged(row: Mapping[str, Any]) -> str | None:
    """Why a failure is no fault of the file; None where it is one."""
    name, said = " ".join(row["id"]), str(row["outcome"])
    return next((why for of, text, why in REASONS if re.search(of, name) and re.search(text, said)), None)
