"""MW335."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl.adapters import makes_lora
from wizard.axolotl.lora import Lora
from wizard.axolotl.targets import moved
from wizard.domain.finding import Finding, Fix
from wizard.domain.model import Model
from wizard.domain.patterns import compiled
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW335",
    "half-of-fused-experts",
    "error",
    fix="unsafe",
    keys=("lora_target_modules",),
    crashes="without also targeting",
)
def half_of_fused_experts(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA on one half of a mixture's fused gate and up projections.

    What it checks
        On the mixtures whose experts transformers 5 stacks (Mixtral, Qwen3-MoE, DeepSeek and others, by
        model_type): gate_proj among the targets without up_proj, or the other way round; w1 and w3 on Mixtral.
        The model must be known.

    Why it matters
        Both are one tensor now, and PEFT raises when the adapter is made ("Cannot convert PEFT target(s) gate_proj
        without also targeting up_proj"), after the base model was loaded.

    Example
        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, v_proj, gate_proj, down_proj]

        Bad:
            base_model: mistralai/Mixtral-8x7B-v0.1
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, w3]

        Good:
            base_model: Qwen/Qwen3-30B-A3B
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, v_proj, gate_proj, up_proj, down_proj]

    Fix
        The missing name is added to a list. Not safe: more is trained, on all experts.

    Source
        peft 0.20.0 utils/transformers_weight_conversion.py (executed with tiny models of transformers 5.16.1)
    """
    plan, model, lora = subject.plan, subject.model, subject.effective.lora
    if model is None or lora is None or not makes_lora(plan):
        return
    moves = moved(model)
    if not moves:
        return
    named = _named(model, lora, moves)
    for place in sorted(set(moves.values())):
        parts = [old for old, new in moves.items() if new == place]
        present = [old for old in parts if old in named]
        if not present or len(present) == len(parts):
            continue
        missing = [old for old in parts if old not in named]
        message = (
            f"LoRA on {', '.join(present)} without {', '.join(missing)}: both are {place} in this model, "
            "and PEFT raises after the model's load"
        )
        fix = None
        if lora.modules:
            fix = Fix({"lora_target_modules": [*lora.modules, *missing]}, "unsafe", f"{', '.join(missing)} too")
        yield self.finding(message, "lora_target_modules", plan=plan, fix=fix)


def _named(model: Model, lora: Lora, moves: Mapping[str, str]) -> set[str]:
    """The old names that the targets name, as `_convert_peft_config_moe` finds them."""
    found = {old for old in moves if any(name == old or name.endswith("." + old) for name in lora.modules)}
    if lora.linear:
        found |= model.linear_names & moves.keys()
    elif lora.pattern is not None and (pattern := compiled(lora.pattern)) is not None:
        for tensor in model.tensors:
            path = tensor.path.replace("*", "0")
            if tensor.kind == "experts":  # it tries the names that the experts had
                container = path.rpartition(".")[0]
                found |= {old for old in moves if pattern.fullmatch(f"{container}.{old}")}
            elif tensor.module in moves and pattern.fullmatch(path):
                found.add(tensor.module)
    return found
