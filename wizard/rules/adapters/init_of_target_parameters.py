"""MW396."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW396",
    "init-of-target-parameters",
    "error",
    fix="unsafe",
    keys=("lora_target_parameters",),
    quotes="must be the default or gaussian when",
    axolotl_since="0.20",
)
def init_of_target_parameters(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A start of the adapter that plain parameters, such as stacked experts, do not have.

    What it checks
        `lora_target_parameters` names something, and `peft_init_lora_weights` is a word other than gaussian, as it
        is spelled, or `peft.loftq_config` is set.

    Why it matters
        Axolotl refuses the file: PISSA, OLoRA, LoftQ and their kin read the weight of a layer, and a stacked
        parameter has no layer.

    Example
        Bad:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            lora_target_parameters: [mlp.experts.gate_up_proj]
            peft_init_lora_weights: pissa

        Good:
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            lora_target_parameters: [mlp.experts.gate_up_proj]
            peft_init_lora_weights: gaussian

    Fix
        It goes: one of the two matrices starts with zeros then. Not safe: it is another start.

    Source
        axolotl 0.20.0 utils/schemas/peft.py:276 (executed)
    """
    plan = subject.plan
    if not adapters.lora_target_parameters(plan):
        return
    start, peft = plan.get("peft_init_lora_weights"), mapping(plan, "peft")
    if isinstance(start, str) and start != "gaussian":
        key, changes = "peft_init_lora_weights", {"peft_init_lora_weights": REMOVE}
        what = f"peft_init_lora_weights: {start}"
    elif peft.get("loftq_config") is not None:
        left = {name: value for name, value in peft.items() if name != "loftq_config"}
        key, changes, what = "peft", {"peft": left or REMOVE}, "peft.loftq_config"
    else:
        return
    message = f"{what} with lora_target_parameters: Axolotl refuses the file"
    yield self.finding(message, key, "lora_target_parameters", plan=plan, fix=Fix(changes, "unsafe", f"no {what}"))
