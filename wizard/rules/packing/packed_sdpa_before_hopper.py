"""MW433."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing, preference
from wizard.axolotl.attention import normalized
from wizard.axolotl.precision import wants_bf16
from wizard.domain.finding import Finding, Fix
from wizard.rules.packing._common import with_attention
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW433",
    "packed-sdpa-before-hopper",
    "warning",
    fix="unsafe",
    keys=("sample_packing",),
    quotes="sample_packing & torch sdpa with bf16 is unsupported may results in 0.0 loss",
)
def packed_sdpa_before_hopper(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Packed rows with sdpa and bf16 on a GPU before Hopper.

    What it checks
        With a known machine below compute capability 9.0: `sample_packing`, sdpa as the attention, and
        bf16 (auto counts).

    Why it matters
        Axolotl warns that torch's sdpa may then give a loss of 0.0. It does keep packed samples apart, by a
        mask over the whole row, which costs memory that flash attention does not need.

    Example
        Bad on rtx-3090:
            sample_packing: true
            attn_implementation: sdpa
            bf16: auto

        Good on rtx-3090:
            sample_packing: true
            attn_implementation: flash_attention_2
            bf16: auto

    Fix
        flash_attention_2 where the GPU runs it, else eager. Unsafe: another kernel computes.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1866 (executed)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or machine.compute_capability is None or machine.compute_capability >= (9, 0):
        return
    if not packing.sample_packing(plan) or preference.rl(plan) or not wants_bf16(plan):
        return
    if normalized(plan) != "sdpa":
        return
    name = "eager" if machine.flash_attention_2 is False else "flash_attention_2"
    message = f"packing with sdpa in bf16 on {machine.title}: Axolotl warns that the loss may be 0.0"
    fix = subject.first_that_runs(Fix(with_attention(plan, name), "unsafe", f"attn_implementation: {name}"))
    yield self.finding(message, "attn_implementation", "sample_packing", "bf16", plan=plan, fix=fix)
