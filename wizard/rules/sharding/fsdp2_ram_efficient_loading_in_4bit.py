"""MW620."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, fsdp, quantization, staging
from wizard.axolotl.fsdp import early_version, fsdp_config, with_value
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag, integer
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW620",
    "fsdp2-ram-efficient-loading-in-4bit",
    "error",
    fix="safe",
    keys=("fsdp_config",),
    quotes="FSDP2 does not support `cpu_ram_efficient_loading` with load_in_4bit",
)
def fsdp2_ram_efficient_loading_in_4bit(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP2 with `cpu_ram_efficient_loading` and 4-bit weights.

    What it checks
        `fsdp_version` is 2, `fsdp_config.cpu_ram_efficient_loading` is on, and `load_in_4bit` is on. Since 0.20 not
        where the weights are packed in host memory (`qlora_sharded_model_loading`), nor where tensor parallelism
        switches the setting off before.

    Why it matters
        Only the first process would quantize the weights; the others wait for shapes that never come.
        Axolotl refuses the file.

    Example
        Bad for 0.19:
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: true
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Good:
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: false
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Good:
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: true
            qlora_sharded_model_loading: false
            tensor_parallel_size: 2
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

    Fix
        `cpu_ram_efficient_loading: false`. Safe: the training is the same, but every process reads the whole
        checkpoint into host memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1266 (executed)
    """
    plan = subject.plan
    efficient = flag(fsdp_config(plan).get("cpu_ram_efficient_loading"))
    if not efficient or not quantization.load_in_4bit(plan) or integer(early_version(plan), 1) != 2:
        return
    staged = plan.get("qlora_sharded_model_loading")
    by_way_of_the_cpu = flag(staged) or (staged is None and adapters.adapter(plan) == "qlora")
    if fsdp.only_fsdp2(plan) and (by_way_of_the_cpu or staging.tensors_load_themselves(plan)):
        return
    message = "FSDP2 can't load 4-bit weights with cpu_ram_efficient_loading: Axolotl refuses the file"
    changes: dict[str, object] = {"fsdp_config": with_value(plan, "cpu_ram_efficient_loading", False)}
    fix = Fix(changes, "safe", "cpu_ram_efficient_loading: false")
    yield self.finding(message, "fsdp_config", "load_in_4bit", plan=plan, fix=fix)
