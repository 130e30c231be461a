"""MW350."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, quantization
from wizard.axolotl.quantization import early_bits
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW350",
    "two-quantizations",
    "error",
    fix="unsafe",
    keys=("model_quantization_config",),
    quotes="model_quantization_config and load_in_8bit or load_in_4bit cannot be used together",
)
def two_quantizations(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`model_quantization_config` beside `load_in_4bit` or `load_in_8bit`.

    What it checks
        Both are set.

    Why it matters
        Axolotl refuses the file: the first keeps the checkpoint's own quantization (mxfp4, fp8), the other
        quantizes 16-bit weights with bitsandbytes.

    Example
        Bad:
            base_model: openai/gpt-oss-20b
            model_quantization_config: Mxfp4Config
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

        Good:
            base_model: openai/gpt-oss-20b
            model_quantization_config: Mxfp4Config
            model_quantization_config_kwargs:
              dequantize: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        The bits go, and `adapter: qlora` becomes `lora`. Not safe: the other is a way too.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1359 (executed)
    """
    plan = subject.plan
    bits = early_bits(plan)
    if not quantization.model_quantization_config(plan) or not bits:
        return
    changes: dict[str, object] = dict.fromkeys(bits, REMOVE)
    if adapters.adapter(plan) == "qlora":
        changes["adapter"] = "lora"
    message = f"model_quantization_config with {' and '.join(bits)}: Axolotl refuses the file"
    fix = Fix(changes, "unsafe", "the checkpoint's own quantization")
    yield self.finding(message, "model_quantization_config", *bits, plan=plan, fix=fix)
