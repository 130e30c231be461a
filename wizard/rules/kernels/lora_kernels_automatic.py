"""MW579."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_KERNELS = ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel")


@rule(
    "MW579",
    "lora-kernels-automatic",
    "hint",
    fix="safe",
    keys=("adapter",),
    quotes="Auto-enabling LoRA kernel",
    gathers=True,
)
def lora_kernels_automatic(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Axolotl turns its LoRA kernels on by itself.

    What it checks
        A 16-bit or 4-bit LoRA where none of the four `lora_*_kernel` is written and nothing keeps Axolotl from
        turning them on.

    Why it matters
        They save memory and time, and the next version, several GPUs under FSDP 1 or remote code change the choice
        without a word in the file. Axolotl warns of it at every start.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true
            lora_qkv_kernel: true
            lora_o_kernel: true
            lora_embedding_kernel: true

    Fix
        The four are written as Axolotl sets them. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2078 (executed)
    """
    plan, lora = subject.plan, subject.effective.lora
    if lora is None or not lora.qkv_kernel or not subject.written.isdisjoint(_KERNELS):
        return
    message = "none of the lora_*_kernel is written: Axolotl turns its LoRA kernels on by itself, and warns"
    fix = Fix(dict.fromkeys(_KERNELS, True), "safe", "the four lora_*_kernel: true")
    yield self.finding(message, "adapter", plan=plan, fix=fix)
