"""MW471."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.axolotl.attention import normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_WIDEST = 256


@rule("MW471", "sdpa-varlen-before-ampere", "warning", fix="safe", keys=("sample_packing",))
def sdpa_varlen_before_ampere(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Packed rows under sdpa on a GPU before Ampere, with torch's varlen kernel left on.

    What it checks
        With a known machine: compute capability below 8.0, `attn_implementation: sdpa`, `sample_packing`, and
        `sdpa_varlen` not false, on a model whose heads are at most 256 wide and have no sliding window.

    Why it matters
        Axolotl then turns on torch's variable-length attention by itself. It is a flash kernel, without one
        for Turing or Volta: the first packed row likely fails.

    Example
        Bad on t4:
            attn_implementation: sdpa
            sample_packing: true
            pad_to_sequence_len: true
            bf16: false
            fp16: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good on t4:
            attn_implementation: sdpa
            sdpa_varlen: false
            sample_packing: true
            pad_to_sequence_len: true
            bf16: false
            fp16: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `sdpa_varlen: false`. Safe: a mask keeps the packed rows apart, at the cost of memory that grows with
        the square of the length.

    Source
        axolotl 0.19.0 loaders/patch_manager.py:825-914; torch 2.13 nn/attention/varlen.py:110 (read)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or machine.flash_attention_2 is not False or not packing.sample_packing(plan):
        return
    varlen = plan.get("sdpa_varlen")
    if (varlen is not None and not flag(varlen)) or normalized(plan) != "sdpa" or not _served(subject.model):
        return
    if subject.effective.precision == "fp32":  # Axolotl leaves stock sdpa there
        return
    message = f"packed sdpa takes torch's flash kernel for varying lengths, which {machine.title} likely lacks"
    fix = Fix({"sdpa_varlen": False}, "safe", "sdpa_varlen: false")
    yield self.finding(message, "sdpa_varlen", "attn_implementation", "sample_packing", plan=plan, fix=fix)


def _served(model: Model | None) -> bool:
    """Whether Axolotl would turn the varlen kernel on for this model; a model not known counts as one."""
    if model is None:
        return True
    return all(block.head_dim <= _WIDEST and not block.window and block.mixer != "latent" for block in model.blocks)
