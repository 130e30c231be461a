"""MW455."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.attention import KEYS, LEGACY, deciding_key, normalized
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.attention._common import capability
from wizard.rules.registry import Rule, Subject, rule

_RUNS = frozenset({(8, 0), (8, 6), (8, 9), (9, 0), (12, 0)})


@rule(
    "MW455",
    "sage-attention-gpu",
    "error",
    fix="unsafe",
    keys=KEYS,
    quotes="SageAttention supports compute capability between sm_80 and sm_120",
)
def sage_attention_gpu(self: Rule, subject: Subject) -> Iterator[Finding]:
    """SageAttention on a GPU that it has no kernels for.

    What it checks
        With a known machine: `attn_implementation: sage` on another compute capability than 8.0, 8.6, 8.9, 9.0
        and 12.0. Data center Blackwell (10.0, 10.3) and the GB10 (12.1) are not among them.

    Why it matters
        Axolotl refuses the file on that machine.

    Example
        Bad on t4:
            attn_implementation: sage
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            bf16: false
            fp16: true

        Bad on b200:
            attn_implementation: sage
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good on rtx-4090:
            attn_implementation: sage
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `attn_implementation: sdpa`, which runs everywhere. Unsafe: another kernel.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1886 (executed)
    """
    plan = subject.plan
    have = capability(subject)
    if have is None or have in _RUNS or normalized(plan) != "sage":
        return
    message = (
        f"SageAttention has kernels for compute capability 8.0, 8.6, 8.9, 9.0 and 12.0, and this GPU is"
        f" {have[0]}.{have[1]}: Axolotl refuses it"
    )
    others = {key: REMOVE for key in LEGACY if key in plan}
    fix = Fix({"attn_implementation": "sdpa", **others}, "unsafe", "attn_implementation: sdpa")
    yield self.finding(message, deciding_key(plan), plan=plan, fix=fix)
