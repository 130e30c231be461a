"""MW104."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, attention, packing, precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW104",
    "fp16-full-finetune-packed-without-flash",
    "warning",
    fix="unsafe",
    quotes="Full fine tune w/o FA2 w/ sample packing",
)
def fp16_full_finetune_packed_without_flash(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A full fine-tune in fp16 with packed rows and no flash attention library.

    What it checks
        No adapter, `fp16` or `float16` without bf16, `sample_packing`, and an attention other than
        flash_attention_2 or _3 (flash_attention_4 does not count here).

    Why it matters
        It fails with "Attempting to unscale FP16 gradients", or with "expected mat1 and mat2 to have the same
        dtype". Weights in fp16 can't be trained under a gradient scaler, and the other kernels mix dtypes.

    Example
        Bad:
            bf16: false
            fp16: true
            sample_packing: true
            pad_to_sequence_len: true
            attn_implementation: sdpa

        Good:
            bf16: false
            fp16: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            sample_packing: true
            pad_to_sequence_len: true
            attn_implementation: sdpa

    Fix
        bf16 where the GPU has it, else the flash library where it runs, else no packing. Unsafe: each
        changes what is computed. LoRA is the other way out.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:410 (executed)
    """
    plan = subject.plan
    if (
        precision.wants_bf16(plan)
        or not precision.wants_fp16(plan)
        or adapters.adapter(plan)
        or not packing.sample_packing(plan)
    ):
        return
    if attention.uses_flash_library(attention.implementation(plan)):
        return
    message = "a full fine-tune in fp16 with packing and no flash attention library fails on its gradients"
    machine = subject.machine
    if machine and machine.bf16:
        fix = Fix({"bf16": "auto", "fp16": None}, "unsafe", "bf16: auto instead of fp16")
    elif machine and machine.flash_attention_2:
        fix = Fix({"attn_implementation": "flash_attention_2"}, "unsafe", "flash_attention_2")
    else:
        fix = Fix({"sample_packing": False}, "unsafe", "sample_packing: false (or train a LoRA)")
    yield self.finding(message, "fp16", "attn_implementation", "sample_packing", plan=plan, fix=fix)
