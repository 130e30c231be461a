"""`selective_checkpointing.save_modules` beside fused kernels, which run modules without their hooks.

Source: axolotl 0.20.0 and 0.21.0 utils/schemas/validation.py:31, `_SAC_FUSED_MODULE_COVERAGE` and
`_SAC_LAYER_CONTAINERS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from wizard.axolotl import adapters, checkpointing, kernels
from wizard.domain.plan import Plan
from wizard.domain.values import flag

_MLP = ("gate_proj", "up_proj", "down_proj", "mlp")
_COVERED = {
    "lora_mlp_kernel": (
        *_MLP,
        *("mixer", "shared_experts", "shared_expert", "feedforward", "experts", "gate_projs", "up_projs", "down_projs"),
    ),
    "lora_qkv_kernel": (
        *("q_proj", "k_proj", "v_proj", "in_proj_qkv", "in_proj_z", "in_proj_b", "in_proj_a"),
        *("self_attn", "linear_attn", "mixer"),
    ),
    "lora_o_kernel": ("o_proj", "out_proj", "self_attn", "linear_attn", "mixer"),
    "flash_attn_fuse_mlp": _MLP,
}
"""The modules that each kernel runs."""
_AROUND = (
    *("model", "language_model", "text_model", "decoder", "transformer", "backbone"),
    *("layers", "layer", "h", "blocks", "block", *map(str, range(100))),
)
"""Modules that hold a whole layer."""


class Unhooked(NamedTuple):
    """An entry that a kernel leaves without effect, or spoils: `around` the modules that it runs."""

    entry: str
    kernel: str
    around: bool


def lost(plan: Plan, gpus: int) -> list[Unhooked]:
    """Those entries, each with the first kernel that is on and runs what it names."""
    found = []
    for entry in checkpointing.saved_modules(plan):
        last = entry.strip().rsplit(".", 1)[-1]
        for kernel in _on(plan, gpus):
            if _names(last, _COVERED[kernel]):
                found.append(Unhooked(entry, kernel, around=False))
                break
            if kernel.startswith("lora_") and (last.isdigit() or _names(last, _AROUND)):
                found.append(Unhooked(entry, kernel, around=True))
                break
    return found


def _on(plan: Plan, gpus: int) -> list[str]:
    now = kernels.lora_kernels(plan, gpus)
    by_name = dict(zip(kernels.FUSED, (now.mlp, now.qkv, now.o), strict=True)) if adapters.adapter(plan) else {}
    return [
        *(name for name, on in by_name.items() if on),
        *(["flash_attn_fuse_mlp"] * flag(plan.get("flash_attn_fuse_mlp"))),
    ]


def _names(last: str, modules: Iterable[str]) -> bool:
    """Whether the end of an entry, which may be a pattern, names one of them."""
    if any(sign in last for sign in "*?["):
        return any(fnmatchcase(module, last) for module in modules)
    return last in modules
