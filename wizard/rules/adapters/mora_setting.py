"""MW329."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, switches
from wizard.axolotl.plugins import MORA, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW329",
    "mora-setting",
    "error",
    fix="unsafe",
    keys=("adapter",),
    crashes=("adapter: mora currently requires a full-precision base model", "mora.use_mora must be true"),
)
def mora_setting(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`adapter: mora` on quantized weights or turned off.

    What it checks
        `adapter: mora` with its plugin, and `load_in_4bit`, `load_in_8bit` or `gptq` on, or `mora.use_mora: false`.

    Why it matters
        The plugin stops when the adapter is made: MoRA needs weights of 16 bits, and `use_mora` on.

    Example
        Bad:
            plugins: [axolotl.integrations.mora.MoraPlugin]
            adapter: mora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            plugins: [axolotl.integrations.mora.MoraPlugin]
            adapter: mora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        The bits go, and `use_mora: false` with them. Not safe: the weights take four times the memory; qlora is
        what trains on 4 bits.

    Source
        axolotl 0.19.0 integrations/mora/plugin.py:53 (trained with on a CPU, 0.21 too)
    """
    plan = subject.plan
    if adapters.adapter(plan) != "mora" or not listed(plan, MORA):
        return
    bits = switches.on(plan, ("load_in_4bit", "load_in_8bit", "gptq"))
    if bits:
        fix = Fix(dict.fromkeys(bits, REMOVE), "unsafe", "16-bit weights")
        message = (
            f"adapter mora with {' and '.join(bits)}: the run dies when the adapter is made, MoRA needs 16-bit weights"
        )
        yield self.finding(message, *bits, "adapter", plan=plan, fix=fix)
    block = mapping(plan, "mora")
    if block.get("use_mora", True) is False:
        fix = Fix({"mora": {**block, "use_mora": True}}, "unsafe", "use_mora: true")
        message = "adapter mora with mora.use_mora false: the run dies when the adapter is made"
        yield self.finding(message, "mora", "adapter", plan=plan, fix=fix)
