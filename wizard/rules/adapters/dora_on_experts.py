"""MW336."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import switches
from wizard.axolotl.adapters import makes_lora
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.adapters._common import wraps_parameters
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW336",
    "dora-on-experts",
    "error",
    fix="unsafe",
    keys=("peft_use_dora", "lora_fan_in_fan_out"),
    crashes="does not work with use_dora=True",
)
def dora_on_experts(self: Rule, subject: Subject) -> Iterator[Finding]:
    """DoRA on stacked experts or other plain parameters.

    What it checks
        `peft_use_dora` or `lora_fan_in_fan_out` is on, and either `lora_target_parameters` is set or the targets
        are the old names of experts that transformers 5 stacks in one tensor (the model must be known for that).

    Why it matters
        PEFT raises when the adapter is made ("lora.ParamWrapper does not work with use_dora=True"), after the base
        model was loaded.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            peft_use_dora: true
            lora_target_modules: [q_proj, v_proj, gate_proj, up_proj, down_proj]

        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            peft_use_dora: true
            lora_target_parameters: [mlp.experts.gate_up_proj]

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            peft_use_dora: true
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        Plain LoRA. Not safe: DoRA on the attention alone is another way out.

    Source
        axolotl 0.19.0 loaders/adapter.py:149 (read), peft 0.20.0 tuners/lora/layer.py:2268 (executed)
    """
    plan = subject.plan
    wrong = switches.on(plan, ("peft_use_dora", "lora_fan_in_fan_out"))
    if not wrong or not makes_lora(plan) or not wraps_parameters(subject):
        return
    message = f"{' and '.join(wrong)} with LoRA on stacked experts: PEFT raises after the model's load"
    fix = Fix(dict.fromkeys(wrong, REMOVE), "unsafe", f"no {' and '.join(wrong)}")
    yield self.finding(message, *wrong, "lora_target_parameters", "lora_target_modules", plan=plan, fix=fix)
