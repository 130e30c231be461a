"""MW311."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.plugins import MIXLORA, MORA, foreign, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.text import quoted
from wizard.knowledge.axolotl.fields import plugin_classes
from wizard.knowledge.axolotl.settings import adapter_names
from wizard.rules.registry import Rule, Subject, rule

_BY_PLUGIN = {"mora": MORA, "mixlora": MIXLORA}


@rule(
    "MW311",
    "unknown-adapter",
    "error",
    fix="unsafe",
    keys=("adapter",),
    quotes="is not built in and was not registered by a plugin",
)
def unknown_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An adapter that neither Axolotl nor a listed plugin has.

    What it checks
        `adapter` against lora, qlora and llama-adapter, written exactly so, and mora where its plugin is listed.
        With a plugin from elsewhere in `plugins` nothing is said: it may bring the adapter.

    Why it matters
        Axolotl refuses the file. DoRA, rsLoRA and LoftQ are not adapters of their own there but settings of
        `adapter: lora`.

    Example
        Bad:
            adapter: dora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            adapter: lora
            peft_use_dora: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        `adapter: lora`, with `peft_use_dora: true` for dora and `peft_use_rslora: true` for rslora, and
        `adapter: qlora` for qdora. Not safe: what was meant is a guess.

    Source
        axolotl 0.19.0 utils/schemas/peft.py:211 (executed)
    """
    plan = subject.plan
    name = adapters.adapter(plan)
    if not isinstance(name, str) or not name or name in adapter_names() or foreign(plan):
        return
    brings = _BY_PLUGIN.get(name)
    if brings is not None and brings in plugin_classes(subject.axolotl) and listed(plan, brings):
        return
    lower = name.strip().lower()
    changes: dict[str, object] = {"adapter": "qlora" if lower in ("qlora", "qdora") else "lora"}
    if lower in ("dora", "qdora"):
        changes["peft_use_dora"] = True
    elif lower in ("rslora", "rs-lora"):
        changes["peft_use_rslora"] = True
    message = f"adapter {quoted(name)} is not one of lora, qlora and llama-adapter: Axolotl refuses the file"
    fix = Fix(changes, "unsafe", ", ".join(f"{key}: {str(value).lower()}" for key, value in changes.items()))
    yield self.finding(message, "adapter", plan=plan, fix=fix)
