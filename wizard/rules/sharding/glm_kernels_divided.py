"""MW645."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed, mesh, packing
from wizard.domain.finding import Finding
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule
from wizard.rules.sharding._common import glm_kernels

_PACKED = ("sample_packing", "batch_flattening")
_TELLS = Version(0, 21)
"""The first that looks at DeepSpeed here; before, the run divides nothing."""


@rule(
    "MW645",
    "glm-kernels-divided",
    "error",
    keys=("use_glm_dsa_kernels",),
    quotes=(
        "GLM DSA context parallelism does not support packed inputs",
        "GLM DSA context parallelism needs ringmaster",
    ),
    axolotl_since="0.20",
)
def glm_kernels_divided(self: Rule, subject: Subject) -> Iterator[Finding]:
    """GLM's sparse attention kernels, divided over GPUs, with packing or DeepSpeed.

    What it checks
        With the KernelsPlugin: `use_glm_dsa_kernels` and a context parallel size above 1, and `sample_packing` or
        `batch_flattening` is on or `auto` or, from 0.21 on, `deepspeed` is set.

    Why it matters
        Axolotl refuses the file: the kernels divide sequences by ringmaster, which knows no ends of packed rows and
        does not run under DeepSpeed.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_glm_dsa_kernels: true
            context_parallel_size: 2
            deepspeed: deepspeed_configs/zero3_bf16.json

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_glm_dsa_kernels: true
            context_parallel_size: 2
            attn_implementation: flash_attention_2
            sample_packing: true

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_glm_dsa_kernels: true
            context_parallel_size: 2
            batch_flattening: auto

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_glm_dsa_kernels: true
            context_parallel_size: 2

    Fix
        Take out packing, or FSDP2 in place of DeepSpeed. No single change is right.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2246, 0.21.0 :2289 and :2329 (executed)
    """
    plan = subject.plan
    if mesh.context_parallel_size(plan) <= 1 or not glm_kernels(plan):
        return
    flattens = packing.flattens(plan) or packing.flattens_if_it_can(plan)  # `auto` is not decided yet
    packed = [key for key, on in zip(_PACKED, (packing.sample_packing(plan), flattens), strict=True) if on]
    beside = packed or (["deepspeed"] if deepspeed.deepspeed(plan) and subject.axolotl >= _TELLS else [])
    if beside:
        message = f"use_glm_dsa_kernels with context parallelism and {beside[0]}: Axolotl refuses the file"
        yield self.finding(message, beside[0], "use_glm_dsa_kernels", plan=plan)
