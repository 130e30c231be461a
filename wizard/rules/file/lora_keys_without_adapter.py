"""MW842."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, plugins, quantization
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.rules.file._translation import foreseen
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("lora_r", "lora_alpha", *adapters.TARGETS)


@rule("MW842", "lora-keys-without-adapter", "warning")
def lora_keys_without_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Keys of a LoRA adapter, and no adapter.

    What it checks
        `lora_r`, `lora_alpha` or one of `lora_target_linear`, `lora_target_modules` and `lora_target_parameters` is
        written, or a key by which another trainer calls it (`r`, `target_modules`), and `adapter` is not. With
        `load_in_4bit` or `load_in_8bit` MW310 says it.

    Why it matters
        Without `adapter` Axolotl trains every weight, and says nothing of the keys: the run needs several times the
        memory, and what it saves is no adapter. PEFT's own configuration names the adapter by its class, so its keys
        alone don't say it.

    Example
        Bad:
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, v_proj]

        Bad:
            r: 16
            lora_alpha: 32
            target_modules: [q_proj, v_proj]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, v_proj]

    Fix
        None: a person knows which. `adapter: lora`, or `adapter: qlora` with `load_in_4bit: true`; or none of
        these keys, where every weight is meant.

    Source
        axolotl 0.21.0 loaders/model.py, loaders/adapter.py (read); accepted without a word (executed, 0.19.0 the same)
    """
    plan = subject.plan
    if adapters.adapter(plan) or plan.get("inference") or quantization.early_bits(plan) or plugins.foreign(plan):
        return
    elsewhere = foreseen(plan)
    if "adapter" in elsewhere or "load_in_4bit" in elsewhere or "load_in_8bit" in elsewhere:
        return
    named = [str(key) for key in plan if plan.get(key) and (key in _KEYS or _means_one(plan, str(key)))]
    if named:
        message = f"{', '.join(named)}, and no adapter: Axolotl trains every weight, and these keys do nothing; "
        message += "write adapter: lora or qlora where one is meant"
        yield self.finding(message, *named, "adapter", plan=plan)


def _means_one(plan: Plan, key: str) -> bool:
    """Whether another trainer's key says one of them."""
    alone = Plan({key: plan.get(key)})
    return any(name in _KEYS for name in foreseen(alone))
