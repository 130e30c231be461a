"""MW332."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW332",
    "llama-adapter-broken",
    "error",
    fix="unsafe",
    keys=("adapter",),
    crashes="'NoneType' object has no attribute 'layers'",
)
def llama_adapter_broken(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`adapter: llama-adapter`, which can't be configured any more.

    What it checks
        `adapter: llama-adapter`.

    Why it matters
        Axolotl still names it, but the block it reads its layers from, `peft_adapter`, is not a field of the
        schema and is dropped: training ends with "'NoneType' object has no attribute 'layers'".

    Example
        Bad:
            adapter: llama-adapter

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        LoRA of rank 16 on all linear layers. Not safe: it is another adapter.

    Source
        axolotl 0.19.0 loaders/adapter.py:467, utils/schemas/peft.py (trained with on a CPU, 0.21 too)
    """
    plan = subject.plan
    if adapters.adapter(plan) != "llama-adapter":
        return
    changes: dict[str, object] = {"adapter": "lora", "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True}
    message = "adapter llama-adapter: its settings are dropped, so the run dies when the adapter is made"
    fix = Fix({**changes, "peft_adapter": REMOVE}, "unsafe", "adapter: lora")
    yield self.finding(message, "adapter", plan=plan, fix=fix)
