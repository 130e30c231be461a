"""What a run on a CPU does not tell, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FEW_LAYERS = "the small Llama 3.2 Vision has fewer layers than its tower looks up"
_IMAGES_CAST = "Axolotl casts Llama 4's images to bf16, and a CPU trains in fp32"

_OTHER_PACKAGES = "a package that the judge has not"
_ABSENT = (
    "No module named '(deepspeed|llmcompressor|xformers|optimi|torchao|came_pytorch)'"
    "|(SageAttention|flash_attn) is not installed|FlashAttention3 has been toggled on, but it cannot be used"
)
_FROM_THE_HUB = "a kernel from the hub, and the judge is offline"
REASONS: tuple[tuple[str, str, str], ...] = (
    ("feature packing_flex gpt_oss|flex", "Attention sinks cannot be run on CPU", "gpt-oss's sinks in flex need CUDA"),
    ("(images|plan|mixed).* mllama", "tuple index out of range", _FEW_LAYERS),
    ("plan|fit|mixed", "vllm-flash-attn3", "on Hopper gpt-oss takes a kernel from the hub"),
    ("plan|fit|mixed", "You need to install .* in order to use|requires tensorboard to be", _OTHER_PACKAGES),
    ("plan|fit|mixed", _ABSENT, _OTHER_PACKAGES),
    ("plan|fit|mixed", "kernels-community/.* is not available in the local cache", _FROM_THE_HUB),
    ("plan|fit|mixed", "Torch not compiled with CUDA enabled", "it asks for a GPU by name, as LoftQ on 8 bits"),
    ("crash images", "Couldn't load the image extension", "torchvision is of another torch there"),
    ("crash weighted-liger", "0 active drivers", "a kernel that Triton compiles, for GPUs alone"),
    ("plan|fit|mixed", "sonicmoe requires CUDA device", "SonicMoE runs on a GPU alone"),
    ("plan|fit|mixed", "No tokenizer file found", "the model has a file of sentencepiece's, the small one has not"),
    ("(images|plan|mixed).* llama4", "BFloat16 != float|Float but found BFloat16", _IMAGES_CAST),
)
"""For an id and the architecture behind it, what an outcome says, both as patterns, and why it is not the file's."""


def unjudged(row: Mapping[str, Any]) -> str | None:
    """Why a failure is no fault of the file; None where it is one."""
    name, said = " ".join([*row["id"], row["architecture"]]), str(row["outcome"])
    return next((why for of, text, why in REASONS if re.search(of, name) and re.search(text, said)), None)
