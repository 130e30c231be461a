"""MW468."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention, packing
from wizard.axolotl.attention import KEYS, deciding_key, normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_NAMES = ("flash_attention_2", "kernels-community/flash-attn2")


@rule("MW468", "flash-attention-2-before-ampere", "warning", fix="unsafe", keys=KEYS)
def flash_attention_2_before_ampere(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FlashAttention-2 on a GPU before Ampere.

    What it checks
        With a known machine: `attn_implementation: flash_attention_2` (or its hub kernel, or
        `flash_attention: true`) below compute capability 8.0.

    Why it matters
        Axolotl's check lets it through, and the first forward pass likely fails: "FlashAttention only supports
        Ampere GPUs or newer".

    Example
        Bad on t4:
            attn_implementation: flash_attention_2
            bf16: false
            fp16: true

        Good on t4:
            attn_implementation: sdpa
            bf16: false
            fp16: true

        Good on rtx-3060-12gb:
            attn_implementation: flash_attention_2

    Fix
        `attn_implementation: sdpa`, with `sdpa_varlen: false` where rows are packed, and without `batch_flattening`,
        which sdpa can't do. Unsafe: more memory.

    Source
        axolotl 0.19.0 docs/attention.qmd (Turing or lower not supported); flash-attention 2 flash_api.cpp (read)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or machine.flash_attention_2 is not False or attention.base(normalized(plan)) not in _NAMES:
        return
    message = f"{machine.title} can't run FlashAttention-2 (Ampere and later): the first step likely fails"
    changes: dict[str, object] = {key: REMOVE for key in KEYS if key in plan}
    changes["attn_implementation"] = "sdpa"
    if packing.sample_packing(plan):
        changes["sdpa_varlen"] = False
    apart = Fix({**changes, "batch_flattening": REMOVE}, "unsafe", "attn_implementation: sdpa, no batch_flattening")
    fix = subject.first_that_runs(Fix(changes, "unsafe", "attn_implementation: sdpa"), apart)
    yield self.finding(message, deciding_key(plan), plan=plan, fix=fix)
