"""MW570."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.early import which
from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding
from wizard.rules.kernels._common import joined
from wizard.rules.registry import Rule, Subject, rule

_TARGETS = ("lora_target_modules", "lora_target_linear")


@rule(
    "MW570",
    "dsv4-attention-lora",
    "error",
    keys=("use_dsv4_kernels",),
    quotes=(
        "attention/module-level LoRA is not supported with use_dsv4_kernels",
        "ensure lora_exclude_modules excludes the indexer",
    ),
)
def dsv4_attention_lora(self: Rule, subject: Subject) -> Iterator[Finding]:
    """LoRA on whole modules with the kernels of DeepSeek-V4.

    What it checks
        With the KernelsPlugin: `use_dsv4_kernels` is on, and `lora_target_modules` or `lora_target_linear` is. Only
        a warning where `lora_exclude_modules` is written.

    Why it matters
        The fused indexer passes no gradient, so an adapter on it would train on nothing, and adapters on
        attention break its sharding. Axolotl refuses the config. `lora_exclude_modules` quiets that, but
        Axolotl's schema has no such key, so nothing is excluded.

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_dsv4_kernels: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_dsv4_kernels: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_exclude_modules: [indexer]

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            use_dsv4_kernels: true
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_parameters: [experts.gate_up_proj]

    Fix
        None by itself: name the experts' weights under `lora_target_parameters` and take the modules out.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:298 (executed)
    """
    plan = subject.plan
    on = which(plan, _TARGETS)
    if not on or not plan.get("use_dsv4_kernels") or not listed(plan, KERNELS):
        return
    if plan.get("lora_exclude_modules"):
        message = f"{joined(on)} with use_dsv4_kernels: Axolotl warns, and it drops lora_exclude_modules"
        yield self.finding(message, *on, "lora_exclude_modules", plan=plan, severity="warning")
        return
    message = f"{joined(on)} with use_dsv4_kernels: Axolotl takes adapters on experts only, and refuses the config"
    yield self.finding(message, *on, "use_dsv4_kernels", plan=plan)
