"""MW358."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, fsdp
from wizard.axolotl.quantization import early_bits, too_few_bits_for_fsdp2
from wizard.domain.finding import Finding, Severity
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW358",
    "fsdp2-quantized-preferences",
    "error",
    keys=("rl",),
    quotes="FSDP2 does not support load_in_8bit or load_in_4bit with",
)
def fsdp2_quantized_preferences(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Preference training of a quantized base with FSDP2.

    What it checks
        `rl` dpo, kto, orpo or ipo with `load_in_4bit` or `load_in_8bit` and FSDP2.

    Why it matters
        Axolotl refuses the file: from 0.20 on, which has no other FSDP, wherever `fsdp_config` says anything; 0.19
        where `fsdp_version: 2` stands at the top level as a number. As a text, or within `fsdp_config`, its check
        misses it there, and the combination that it refuses elsewhere goes on.

    Example
        Bad:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            fsdp_version: 2
            fsdp_config:
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

        Bad for 0.19:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            fsdp_version: 2

        Good:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            fsdp_version: 2

        Good:
            rl: dpo
            datasets:
              - path: data.jsonl
                type: chatml.intel
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            fsdp_version: 2
            fsdp_config:
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

    Fix
        DeepSpeed, FSDP1 where there is one, or weights of 16 bits.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1178, 0.20.0 :1466, 0.21.0 :1500 (executed)
    """
    plan = subject.plan
    bits = early_bits(plan)
    if not too_few_bits_for_fsdp2(plan):
        return
    seen = early.is_set(plan, "fsdp_config") if fsdp.only_fsdp2(plan) else fsdp.version_on_top(plan) == 2
    if not seen and (fsdp.only_fsdp2(plan) or not fsdp.fsdp_config(plan) or fsdp.early_version(plan) != "2"):
        return
    message = f"rl {plan.shown('rl')} with {' and '.join(bits)} and FSDP2: " + (
        "Axolotl refuses the file" if seen else "likely fails; Axolotl refuses it with a plain fsdp_version: 2"
    )
    severity: Severity = "error" if seen else "warning"
    yield self.finding(message, "fsdp_version", "fsdp_config", *bits, plan=plan, severity=severity, quoted=seen)
