"""MW390."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.domain.finding import Finding
from wizard.domain.values import integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW390",
    "mixlora-settings",
    "error",
    keys=("mixlora_num_experts", "mixlora_top_k", "adapter"),
    quotes=("must be <= ", "is required when using the mixlora adapter", "MixLoRA is not compatible with RL training"),
    axolotl_since="0.20",
)
def mixlora_settings(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of MixLoRA that do not go together.

    What it checks
        `mixlora_top_k` is more than `mixlora_num_experts`, or the adapter is mixlora and has no `lora_r` or
        `lora_alpha`, or trains with preferences.

    Why it matters
        Axolotl refuses the file, the first even where the adapter is another.

    Example
        Bad:
            mixlora_num_experts: 1

        Good:
            mixlora_num_experts: 4
            mixlora_top_k: 2

    Fix
        Write what the message names.

    Source
        axolotl 0.20.0 utils/schemas/peft.py:293 and :374 (executed)
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
