"""MW374."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW374", "nonexpert-unclaimed", "warning", fix="safe", keys=("nonexpert_quantization",))
def nonexpert_unclaimed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`nonexpert_quantization` on a model that has no use for it.

    What it checks
        With the kernels plugin listed: a policy other than none and bf16, on a model other than Gemma 4. The model
        must be known.

    Why it matters
        Axolotl has it for NVFP4 checkpoints of Gemma 4 alone. Elsewhere it warns at the start and goes on: the
        layers stay as they are, and so does their memory.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            nonexpert_quantization: nf4

        Good:
            base_model: google/gemma-4-26B-A4B
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            nonexpert_quantization: nf4

    Fix
        The key goes. Safe: it has no effect.

    Source
        axolotl 0.19.0 integrations/kernels/plugin.py:205 (read)
    """
    plan, model = subject.plan, subject.model
    policy = str(plan.get("nonexpert_quantization", "none")).lower()
    if policy not in ("fp8", "fp8_blockwise", "nf4", "nvfp4") or model is None or model.model_type.startswith("gemma4"):
        return
    if not listed(plan, KERNELS):
        return
    message = f"nonexpert_quantization {policy} likely has no effect on a {model.model_type} model: it is for Gemma 4"
    fix = Fix({"nonexpert_quantization": REMOVE}, "safe", "no nonexpert_quantization")
    yield self.finding(message, "nonexpert_quantization", plan=plan, fix=fix)
