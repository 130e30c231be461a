"""MW499."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.axolotl.attention import KEYS
from wizard.domain.finding import Finding
from wizard.rules.attention._common import on_amd
from wizard.rules.registry import Rule, Subject, rule


@rule("MW499", "flash-attention-2-on-rocm", "hint", keys=KEYS)
def flash_attention_2_on_rocm(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FlashAttention-2 on an AMD GPU.

    What it checks
        With a known machine of AMD: `attn_implementation: flash_attention_2`, or a flag that means it.

    Why it matters
        The library has to be built for ROCm 6.0 or later, with its Composable Kernel or Triton backend: the wheels that
        are found by themselves are for CUDA.

    Example
        Bad on mi300x:
            attn_implementation: flash_attention_2

        Good on mi300x:
            attn_implementation: sdpa

    Fix
        Build it as its README says under "AMD ROCm Support", or `attn_implementation: sdpa`.

    Source
        axolotl 0.21.0 docs/attention.qmd:182, docs/amd_hpc.qmd:47 (read)
    """
    plan = subject.plan
    if attention.base(attention.implementation(plan)) != "flash_attention_2" or not on_amd(subject):
        return
    message = "FlashAttention-2 must be built for ROCm here (its README, 'AMD ROCm Support'); `sdpa` needs nothing"
    yield self.finding(message, attention.deciding_key(plan), plan=plan)
