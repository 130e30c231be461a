"""MW226."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW226",
    "fp16-saved-modules",
    "error",
    fix="unsafe",
    keys=("lora_modules_to_save",),
    crashes="Attempting to unscale FP16 gradients",
)
def fp16_saved_modules(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA in fp16 with whole modules trained beside it.

    What it checks
        A LoRA that Axolotl makes, with `lora_modules_to_save`, and `fp16: true`, or `bf16: auto` on a GPU without
        bf16, on one GPU or under DDP.

    Why it matters
        PEFT turns the adapter's own weights into fp32, but not the copies of whole modules: they stay fp16, and
        PyTorch's gradient scaler refuses their gradients at the first step: "ValueError: Attempting to unscale FP16
        gradients."

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_head]
            bf16: false
            fp16: true

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_modules_to_save: [embed_tokens, lm_head]
            bf16: false
            fp16: false

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            bf16: false
            fp16: true

    Fix
        fp32, or `bf16: auto` on a GPU that has it. Not safe: it is another training. New tokens alone can be trained
        with `peft_trainable_token_indices`, whose weights PEFT does turn into fp32.

    Source
        axolotl 0.19.0 loaders/model.py:433-491; peft 0.20.0 tuners/tuners_utils.py:2243 (dtypes of a tiny model
        executed); torch.amp.GradScaler.unscale_ (executed)
    """
    plan, settings = subject.plan, subject.effective
    scaled = precision.fp16(plan) or precision.bf16(plan) == "auto"  # float16 alone has no scaler
    if not adapters.makes_lora(plan) or not adapters.lora_modules_to_save(plan):
        return
    if settings.precision != "fp16" or not scaled or settings.sharding.kind not in ("none", "ddp"):
        return
    changes: dict[str, object] = {"bf16": False, "fp16": False}
    if subject.machine is not None and subject.machine.bf16:
        changes = {"bf16": "auto", "fp16": None}
    fix = Fix(changes, "unsafe", "bf16: auto" if changes["bf16"] else "fp32: bf16: false, fp16: false")
    message = "lora_modules_to_save stay fp16 in an fp16 run: it stops at its first step: Attempting to unscale FP16"
    yield self.finding(f"{message} gradients", "lora_modules_to_save", "fp16", "bf16", plan=plan, fix=fix)
