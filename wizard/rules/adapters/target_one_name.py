"""MW333."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.adapters import makes_lora
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_NAME = re.compile(r"\w+")
_USUAL = frozenset({"q_proj", "k_proj", "v_proj", "o_proj", "qkv_proj", "gate_proj", "up_proj", "down_proj", "dense"})


@rule(
    "MW333",
    "target-one-name",
    "error",
    fix="unsafe",
    keys=("lora_target_modules",),
    crashes="not found in the base model",
)
def target_one_name(self: Rule, subject: Subject) -> Iterator[Finding]:
    """One module's name as `lora_target_modules`, not in a list.

    What it checks
        `lora_target_modules` is a text that is the name of a linear layer, such as `q_proj`, and
        `lora_target_linear` is off.

    Why it matters
        PEFT takes a text for a regular expression over the whole path, model.layers.0.self_attn.q_proj, which
        `q_proj` alone does not match: it raises after the model was loaded ("Target modules q_proj not found").

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: q_proj

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: .*self_attn\\.q_proj

    Fix
        A list of the one name. Not safe: it is a guess, though a near one.

    Source
        axolotl 0.19.0 loaders/adapter.py:171 (read), peft 0.20.0 tuners/tuners_utils.py (executed)
    """
    plan, model = subject.plan, subject.model
    name = adapters.lora_target_pattern(plan)
    if name is None or not makes_lora(plan) or adapters.lora_target_linear(plan):
        return
    if not _NAME.fullmatch(name) or not (name in _USUAL or (model is not None and name in model.linear_names)):
        return
    message = f"lora_target_modules {name} as a text is matched with whole paths: PEFT finds no module and raises"
    fix = Fix({"lora_target_modules": [name]}, "unsafe", f"lora_target_modules: [{name}]")
    yield self.finding(message, "lora_target_modules", plan=plan, fix=fix)
