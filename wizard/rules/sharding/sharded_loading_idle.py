"""MW653."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import staging
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW653",
    "sharded-loading-idle",
    "warning",
    fix="safe",
    keys=("qlora_sharded_model_loading",),
    quotes="`qlora_sharded_model_loading: true` has no effect without",
    axolotl_since="0.20",
)
def sharded_loading_idle(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`qlora_sharded_model_loading` without what it needs.

    What it checks
        `qlora_sharded_model_loading` is on with 4-bit weights of bitsandbytes, and there is no `fsdp_config`, or
        `cpu_ram_efficient_loading` in it is off.

    Why it matters
        Axolotl warns, and every process loads and packs the whole model.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            qlora_sharded_model_loading: true

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: true
            qlora_sharded_model_loading: true

    Fix
        It goes. Safe: it has no effect.

    Source
        axolotl 0.20.0 utils/schemas/validation.py, check_staged_nf4 (executed)
    """
    plan = subject.plan
    missing = staging.idle(plan)
    if missing is not None:
        message = f"qlora_sharded_model_loading has no effect without {missing}: every process loads the whole model"
        fix = Fix({"qlora_sharded_model_loading": REMOVE}, "safe", "no qlora_sharded_model_loading")
        yield self.finding(message, "qlora_sharded_model_loading", plan=plan, fix=fix)
