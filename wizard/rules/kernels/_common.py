"""What the rules of kernels, losses and plugins share."""

from __future__ import annotations

from collections.abc import Iterable

from wizard.axolotl import adapters
from wizard.domain.plan import REMOVE, Plan

GROUPS = {
    "lora_qkv_kernel": ("q_proj", "k_proj", "v_proj"),
    "lora_o_kernel": ("o_proj",),
    "lora_mlp_kernel": ("gate_proj", "up_proj", "down_proj"),
}
"""Layers a kernel fuses, all of them or none (monkeypatch/lora_kernels.py)."""
LOSSES = ("cut_cross_entropy", "chunked_cross_entropy", "liger_cross_entropy", "liger_fused_linear_cross_entropy")


def removed(keys: Iterable[str]) -> dict[str, object]:
    """The change that takes these keys out."""
    return dict.fromkeys(keys, REMOVE)


def joined(keys: Iterable[str]) -> str:
    """Names for a message: "a, b and c"."""
    *head, last = keys
    return f"{', '.join(head)} and {last}" if head else last


def untargeted(plan: Plan, kernel: str) -> list[str]:
    """Layers this fused kernel needs an adapter on, and that the list `lora_target_modules` lacks."""
    targets = adapters.lora_target_modules(plan)
    if not targets or adapters.lora_target_linear(plan):
        return []
    names = {name.rpartition(".")[2] for name in targets}
    if not all(name.isidentifier() for name in names):
        return []  # "all-linear" or a pattern, which may well reach the rest
    return [name for name in GROUPS.get(kernel, ()) if name not in names]
