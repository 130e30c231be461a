"""MW941."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from wizard.axolotl.adapters import makes_lora
from wizard.axolotl.targets import module_paths
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import texts
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW941",
    "layers-pattern-absent",
    "error",
    fix="unsafe",
    keys=("peft_layers_pattern",),
    crashes="You also specified 'layers_pattern'",
)
def layers_pattern_absent(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`peft_layers_pattern` with the name that another family has for its list of layers.

    What it checks
        Each name of `peft_layers_pattern` beside `peft_layers_to_transform`: whether it stands before a layer's number
        in a path of the model. `h` is GPT-2's, `layers` Llama's. The model must be known, and its form exact.

    Why it matters
        PEFT adapts a layer only where it finds its number behind one of these names. With none of them in the model the
        run dies when the adapter is made: "Target modules not found in the base model".

    Example
        Bad:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            peft_layers_to_transform: [0, 1]
            peft_layers_pattern: [h]

        Good:
            base_model: Qwen/Qwen3-0.6B
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, v_proj]
            peft_layers_to_transform: [0, 1]
            peft_layers_pattern: [layers]

    Fix
        Without it PEFT takes the number behind any name. Not safe: it decides which layers are trained.

    Source
        peft 0.21.2 tuners/tuners_utils.py check_target_module_exists (executed with a small model)
    """
    plan, model = subject.plan, subject.model
    patterns = texts(plan.get("peft_layers_pattern"))
    if model is None or not model.exact or not makes_lora(plan) or not plan.get("peft_layers_to_transform"):
        return
    parts = [path.split(".") for path in module_paths(model)]
    lists = {one for path in parts for one, after in pairwise(path) if after.isdecimal()}
    if patterns and lists and not {*patterns} & lists and all(name.isidentifier() for name in patterns):
        message = f"peft_layers_pattern: this model's layers stand under {', '.join(sorted(lists))}, and none under "
        fix = Fix({"peft_layers_pattern": REMOVE}, "unsafe", "no peft_layers_pattern")
        message += f"{', '.join(patterns)}: the run dies when the adapter is made"
        yield self.finding(message, "peft_layers_pattern", plan=plan, fix=fix)
