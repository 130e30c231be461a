"""MW931."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, base
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built
from wizard.rules.quantization._common import rounded_experts
from wizard.rules.registry import Rule, Subject, rule

_FOLLOWS = {
    "bitsandbytes": "transformers 5 puts their packed bytes together as if they were weights, and the first step dies",
    "gptq": "transformers 5 doesn't find them under their names, and starts them at random",
    "awq": "transformers 5 doesn't find them under their names, and starts them at random",
}


@rule(
    "MW931",
    "packed-experts",
    "error",
    fix="unsafe",
    keys=("base_model",),
    crashes="Expected mat_a to be Float32, BFloat16 or Float16 matrix, got",
)
def packed_experts(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A mixture of experts whose checkpoint has its experts in 4 or 8 bits, one by one.

    What it checks
        A base model that is stored by bitsandbytes, GPTQ or AWQ, or, where nothing is known of it, is called so
        (`-bnb-4bit`, `-GPTQ`, `-AWQ`), of an architecture whose experts transformers 5 puts into one tensor: Qwen3,
        Mixtral, DeepSeek, GLM and others. Not where the checkpoint is so large that its experts are in 16 bits, as
        those are that were made with transformers 5.

    Why it matters
        Such checkpoints were made with transformers 4, where each expert was a linear layer. With bitsandbytes' the
        experts are loaded as bare bytes without their scales, and the first step dies ("Expected mat_a to be Float32,
        BFloat16 or Float16 matrix, got Byte"; with 8 bits "got Char"). With names as GPTQ and AWQ have them
        (`.qweight`) nothing is found, and all experts start at random behind a line of the log: such a model has
        learned nothing. `load_in_4bit` changes neither.

    Example
        Bad:
            base_model: unsloth/Qwen3-30B-A3B-bnb-4bit
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

        Good:
            base_model: unsloth/Qwen3-30B-A3B
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        The 16-bit model that it is called after, where that is known, with `quantize_moe_experts`: rounded as it is
        loaded. Not safe: it is another base, and a larger download.

    Source
        axolotl 0.19.0 and 0.21.0, transformers 5.16.1 and 5.20.1, on a small Qwen3 and a small Mixtral (trained with
        on a CPU, bitsandbytes; loaded, names of GPTQ and AWQ); transformers conversion_mapping.py (executed)
    """
    plan = subject.plan
    method = base.experts_packed_by(plan, subject.model)
    if method is None:
        return
    known = "has" if subject.model is not None else "is called as one that has"
    message = f"base_model {plan.shown('base_model')} {known} its experts stored by {method}: {_FOLLOWS[method]}"
    plain = base.unpacked_id(plan)
    fix = None if plain is None else Fix(_changes(plan, plain, built(plain)), "unsafe", f"base_model: {plain}")
    yield self.finding(message, "base_model", plan=plan, fix=fix)


def _changes(plan: Plan, plain: str, model: Model) -> dict[str, object]:
    changes: dict[str, object] = {"base_model": plain}
    if adapters.adapter(plan) not in ("lora", "qlora"):
        return changes
    return changes | {"adapter": "qlora", "load_in_4bit": True} | rounded_experts(plan, model)
