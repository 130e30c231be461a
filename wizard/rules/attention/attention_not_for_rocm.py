"""MW498."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.attention import KEYS, LEGACY
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.attention._common import on_amd
from wizard.rules.registry import Rule, Subject, rule

_LIBRARIES = {
    "sage": "SageAttention",
    "xformers": "xFormers",
    "flash_attention_4": "FlashAttention-4",
    "fp8": "fp8 attention",
}


@rule("MW498", "attention-not-for-rocm", "warning", fix="unsafe", keys=KEYS)
def attention_not_for_rocm(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An attention library without kernels for AMD GPUs.

    What it checks
        With a known machine of AMD: SageAttention, xFormers, FlashAttention-4 or fp8 attention. FlashAttention-3 is
        MW469's, FlashAttention-2 MW499's.

    Why it matters
        They are written for NVIDIA's GPUs; Axolotl's guide for AMD says of xFormers that it appears to be incompatible
        with ROCm. SageAttention Axolotl refuses but where HIP says a capability that NVIDIA has too (9.0, of MI200).

    Example
        Bad on mi300x:
            attn_implementation: xformers

        Good on mi300x:
            attn_implementation: sdpa

        Good on h100-80gb:
            attn_implementation: xformers

    Fix
        `attn_implementation: sdpa`, which PyTorch has for ROCm. Unsafe: another kernel.

    Source
        axolotl 0.21.0 docs/amd_hpc.qmd, docs/attention.qmd, utils/schemas/config.py:2011 (read)
    """
    plan = subject.plan
    library = _LIBRARIES.get(attention.base(attention.implementation(plan)) or "")
    if library is None or not on_amd(subject):
        return
    message = f"{library} has no kernels for AMD GPUs: `sdpa` is PyTorch's own"
    others = {key: REMOVE for key in LEGACY if key in plan}
    fix = Fix({"attn_implementation": "sdpa", **others}, "unsafe", "attn_implementation: sdpa")
    yield self.finding(message, attention.deciding_key(plan), plan=plan, fix=fix)
