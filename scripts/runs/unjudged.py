"""What a run on a CPU does not tell, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REASONS: tuple[tuple[str, str, str], ...] = (
    ("feature packing_flex gpt_oss|flex", "Attention sinks cannot be run on CPU", "gpt-oss's sinks in flex need CUDA"),
    ("images", "tuple index out of range", "the small Llama 3.2 Vision has fewer layers than its tower looks up"),
    ("plan", "vllm-flash-attn3", "on Hopper gpt-oss takes a kernel from the hub"),
    ("images", "BFloat16 != float", "Axolotl casts Llama 4's images to bf16, and a CPU trains in fp32"),
)
"""For an id, what an outcome says, both as patterns, and why it is not the file's."""


def unjudged(row: Mapping[str, Any]) -> str | None:
    """Why a failure is no fault of the file; None where it is one."""
    name, said = " ".join(row["id"]), str(row["outcome"])
    return next((why for of, text, why in REASONS if re.search(of, name) and re.search(text, said)), None)
