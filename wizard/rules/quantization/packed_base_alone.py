"""MW368."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, base
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW368",
    "packed-base-alone",
    "error",
    fix="unsafe",
    keys=("base_model",),
    crashes="You cannot perform fine-tuning on purely quantized models",
)
def packed_base_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A full fine-tune of a checkpoint that is stored in 4 or 8 bits.

    What it checks
        No `adapter`, and a base model that is known to be stored by bitsandbytes, GPTQ or AWQ, or, where nothing is
        known of it, is called so (`-bnb-4bit`, `-GPTQ`, `-AWQ`). A mixture of experts is MW931's.

    Why it matters
        Rounded weights have no gradients. Axolotl loads the model, and the trainer stops as it is made ("You cannot
        perform fine-tuning on purely quantized models"). With `adapter: lora` or qlora it trains.

    Example
        Bad:
            base_model: unsloth/Some-New-1B-bnb-4bit

        Good:
            base_model: unsloth/Some-New-1B-bnb-4bit
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        An adapter beside it. Not safe: something else is trained; or name the 16-bit model.

    Source
        transformers 5.20.1 trainer_utils.py validate_quantization_for_training, axolotl 0.21.0 (trained with on a CPU)
    """
    plan = subject.plan
    method = base.packed_by(plan, subject.model)
    if method is None or adapters.adapter(plan) is not None or base.experts_packed_by(plan, subject.model):
        return  # an adapter beside packed experts helps nobody: packed-experts says so
    changes: dict[str, object] = {"adapter": "lora", "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True}
    fix = Fix(changes, "unsafe", "LoRA of rank 16 on it")
    known = "is" if subject.model is not None else "is called as one"
    message = f"base_model {plan.shown('base_model')} {known} stored by {method}, and without an adapter its weights "
    yield self.finding(f"{message}can't be trained", "base_model", "adapter", plan=plan, fix=fix)
