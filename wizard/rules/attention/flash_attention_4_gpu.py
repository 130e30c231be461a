"""MW470."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import attention
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_NAMES = ("flash_attention_4", "kernels-community/flash-attn4")
_MAJORS = (9, 10, 11)


@rule("MW470", "flash-attention-4-gpu", "warning", fix="unsafe", keys=("attn_implementation",))
def flash_attention_4_gpu(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FlashAttention-4 on a GPU that is neither Hopper nor data center Blackwell.

    What it checks
        With a known machine: `attn_implementation: flash_attention_4` or its hub kernel where a GPU's compute
        capability is not 9.x, 10.x or 11.x. Consumer Blackwell is 12.x.

    Why it matters
        Below 9.0 transformers refuses it when the model is loaded; on 12.x Axolotl itself never takes it, and
        there is likely no kernel. Axolotl's check lets it through.

    Example
        Bad on rtx-4090:
            attn_implementation: flash_attention_4

        Bad on rtx-5090:
            attn_implementation: flash_attention_4

        Good on b200:
            attn_implementation: flash_attention_4

    Fix
        `attn_implementation: flash_attention_2`, or `sdpa` before Ampere. Unsafe: another library.

    Source
        axolotl 0.19.0 monkeypatch/attention/flash_attn_4.py:41; transformers 5.16.1
        modeling_flash_attention_utils.py:119, modeling_utils.py:1658 (read)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or attention.base(attention.implementation(plan)) not in _NAMES:
        return
    majors = [gpu.compute_capability[0] for gpu in machine.gpus if gpu.compute_capability]
    if all(major in _MAJORS for major in majors):
        return
    likely = "transformers likely refuses it" if min(majors) < 9 else "likely there is no kernel for it"
    message = f"FlashAttention-4 is for Hopper and data center Blackwell, and {machine.title} is neither: {likely}"
    instead = "sdpa" if machine.flash_attention_2 is False else "flash_attention_2"
    fix = Fix({"attn_implementation": instead}, "unsafe", f"attn_implementation: {instead}")
    yield self.finding(message, "attn_implementation", plan=plan, fix=fix)
