"""MW225."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW225", "fp16-full-finetune", "error", fix="unsafe", crashes="Attempting to unscale FP16 gradients")
def fp16_full_finetune(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A full fine-tune whose weights and gradients are in fp16.

    What it checks
        No adapter, and `fp16: true`, or `bf16: auto` on a GPU without bf16, on one GPU or under DDP. MW104 tells the
        same of packed rows without the flash library.

    Why it matters
        Axolotl loads the weights in fp16, and PyTorch's gradient scaler refuses their gradients at the first step:
        "ValueError: Attempting to unscale FP16 gradients."

    Example
        Bad:
            bf16: false
            fp16: true

        Good:
            bf16: false
            fp16: false

    Fix
        fp32, which needs twice the memory of fp16. Not safe: it is another training. An adapter is the other way out.

    Source
        axolotl 0.19.0 utils/config/__init__.py:163 (torch_dtype, read), torch.amp.GradScaler.unscale_ (executed)
    """
    plan, settings = subject.plan, subject.effective
    scaled = precision.fp16(plan) or precision.bf16(plan) == "auto"  # float16 alone has no scaler
    if settings.adapter is not None or settings.precision != "fp16" or not scaled:
        return
    if settings.sharding.kind not in ("none", "ddp") or settings.rl is not None:
        return
    changes: dict[str, object] = {"bf16": False, "fp16": False}
    if subject.machine is not None and subject.machine.bf16:
        changes = {"bf16": "auto", "fp16": None}
    fix = Fix(changes, "unsafe", "bf16: auto" if changes["bf16"] else "fp32: bf16: false, fp16: false")
    message = "a full fine-tune in fp16 stops at its first step: Attempting to unscale FP16 gradients"
    yield self.finding(message, "fp16", "bf16", plan=plan, fix=fix)
