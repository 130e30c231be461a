"""MW316."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.axolotl.adapters import makes_lora
from wizard.axolotl.targets import expert_ranks
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW316",
    "expert-dropout",
    "error",
    fix="unsafe",
    keys=("lora_dropout",),
    crashes="lora.ParamWrapper does not work with lora_dropout != 0",
)
def expert_dropout(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`lora_dropout` where LoRA's targets are a mixture's stacked experts.

    What it checks
        `lora_dropout` is not 0 and the targets, such as gate_proj, up_proj and down_proj, are the old names of
        experts that transformers 5 stacks in one tensor, so that PEFT moves LoRA onto that tensor. The model must
        be known.

    Why it matters
        PEFT refuses dropout on a plain tensor ("lora.ParamWrapper does not work with lora_dropout != 0"). Axolotl
        warns and leaves it out for the experts alone, which are nearly all that is trained. With `rl` dpo, ipo or
        kto it does not: TRL makes the adapter, and training stops at the start: an error; else this is a warning.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_dropout: 0.05
            lora_target_modules: [q_proj, v_proj, gate_proj, up_proj, down_proj]

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_dropout: 0
            lora_target_modules: [q_proj, v_proj, gate_proj, up_proj, down_proj]

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_dropout: 0.05
            lora_target_modules: [q_proj, k_proj, v_proj, o_proj]

    Fix
        `lora_dropout: 0`. Not safe: the attention layers lose their dropout too.

    Source
        axolotl 0.19.0 loaders/adapter.py:321 and :343 (executed with peft 0.20.0), loaders/model.py:509 (read)
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    dropout = adapters.lora_dropout(plan)
    if dropout == 0 or model is None or lora is None or not makes_lora(plan):
        return
    if adapters.lora_target_parameters(plan) or not expert_ranks(model, lora):
        return
    stops = preference.rl(plan) in ("dpo", "ipo", "kto") and not on(plan.get("merge_lora"))
    message = f"lora_dropout {dropout:g} does not reach the stacked experts, which LoRA's targets are: " + (
        f"with rl {plan.shown('rl')} PEFT raises at the start"
        if stops
        else "Axolotl warns and applies it to the other layers alone"
    )
    fix = Fix({"lora_dropout": 0.0}, "unsafe", "lora_dropout: 0")
    severity: Severity = "error" if stops else "warning"
    yield self.finding(message, "lora_dropout", "lora_target_modules", plan=plan, severity=severity, fix=fix)
