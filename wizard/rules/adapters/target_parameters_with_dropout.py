"""MW315."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW315",
    "target-parameters-with-dropout",
    "error",
    fix="unsafe",
    keys=("lora_target_parameters",),
    quotes="lora_dropout must be 0 when lora_target_parameters is set",
)
def target_parameters_with_dropout(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_dropout` together with `lora_target_parameters`.

    What it checks
        `lora_target_parameters` names something and `lora_dropout` is not 0.

    Why it matters
        Axolotl refuses the file: PEFT adds LoRA on a plain parameter, such as stacked experts, to the weight
        itself, where there is no input that dropout could apply to.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_dropout: 0.05
            lora_target_modules: [q_proj, v_proj]
            lora_target_parameters: [mlp.experts.gate_up_proj, mlp.experts.down_proj]

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_dropout: 0
            lora_target_modules: [q_proj, v_proj]
            lora_target_parameters: [mlp.experts.gate_up_proj, mlp.experts.down_proj]

    Fix
        `lora_dropout: 0`. Not safe: the other layers lose their dropout too.

    Source
        axolotl 0.19.0 utils/schemas/peft.py:264 (executed)
    """
    plan = subject.plan
    dropout = adapters.lora_dropout(plan)
    if not adapters.lora_target_parameters(plan) or dropout == 0:
        return
    message = f"lora_dropout {dropout:g} with lora_target_parameters: Axolotl refuses the file, PEFT can't apply it"
    fix = Fix({"lora_dropout": 0.0}, "unsafe", "lora_dropout: 0")
    yield self.finding(message, "lora_dropout", "lora_target_parameters", plan=plan, fix=fix)
