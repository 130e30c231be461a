"""MW390."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.domain.finding import Finding
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule

_FEED_FORWARD = ("gate_proj", "up_proj", "down_proj")


@rule(
    "MW390",
    "mixlora-settings",
    "error",
    keys=("mixlora_num_experts", "mixlora_top_k", "adapter"),
    quotes=("must be <= ", "is required when using the mixlora adapter", "MixLoRA is not compatible with RL training"),
    crashes=("MixLoRA is incompatible with lora_target_linear=true", "MixLoRA cannot be combined with LoRA targets"),
    axolotl_since="0.20",
)
def mixlora_settings(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of MixLoRA that do not go together.

    What it checks
        `mixlora_top_k` is more than `mixlora_num_experts`, or the adapter is mixlora and has no `lora_r` or
        `lora_alpha`, or trains with preferences, or it has `lora_target_linear` or one of gate_proj, up_proj and
        down_proj in `lora_target_modules`.

    Why it matters
        Axolotl refuses the file, the first even where the adapter is another. Targets it takes: they stop the run
        when the model is loaded, since MixLoRA has experts of its own in the feed-forward.

    Example
        Bad:
            mixlora_num_experts: 1

        Bad:
            adapter: mixlora
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj, up_proj]

        Good:
            mixlora_num_experts: 4
            mixlora_top_k: 2

    Fix
        Write what the message names.

    Source
        axolotl 0.20.0 utils/schemas/peft.py:293 and :374 (executed); 0.20.0 and 0.21.0
        loaders/adapter.py:624-643 (read)
    """
    plan = subject.plan
    experts, best = integer(plan.get("mixlora_num_experts"), 8), integer(plan.get("mixlora_top_k"), 2)
    if best > experts:
        message = f"mixlora_top_k {best} of mixlora_num_experts {experts}: Axolotl refuses the file"
        yield self.finding(message, "mixlora_num_experts", "mixlora_top_k", plan=plan)
    if adapters.adapter(plan) != "mixlora":
        return
    lacks = ["lora_r"] if adapters.lacks_rank(plan) else []
    lacks += [] if plan.get("lora_alpha") else ["lora_alpha"]
    if lacks:
        yield self.finding(
            f"adapter: mixlora without {' and '.join(lacks)}: Axolotl refuses the file", "adapter", plan=plan
        )
    elif preference.rl(plan):
        message = "adapter: mixlora with rl: Axolotl refuses the file"
        yield self.finding(message, "adapter", "rl", plan=plan)
    elif taken := [
        *(["lora_target_linear"] if adapters.lora_target_linear(plan) else []),
        *(one for one in adapters.lora_target_modules(plan) if one in _FEED_FORWARD),
    ]:
        message = f"adapter: mixlora beside a target in the feed-forward, {taken[0]}: the run dies at the load"
        key = "lora_target_linear" if taken[0] == "lora_target_linear" else "lora_target_modules"
        yield self.finding(message, key, "adapter", plan=plan, quoted=False)
