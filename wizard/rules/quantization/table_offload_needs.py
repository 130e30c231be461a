"""MW378."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, deepspeed, early
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW378",
    "table-offload-needs",
    "error",
    keys=("ple_cpu_offload",),
    quotes=(
        "ple_cpu_offload is not compatible with FSDP",
        "ple_cpu_offload is not compatible with DeepSpeed",
        "ple_cpu_offload requires qlora with load_in_4bit or lora with",
    ),
)
def table_offload_needs(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`ple_cpu_offload` without a base quantized by bitsandbytes, or with sharding.

    What it checks
        `ple_cpu_offload` is on, and there is FSDP or DeepSpeed, or neither qlora with `load_in_4bit` nor lora with
        `load_in_8bit`.

    Why it matters
        Axolotl refuses the file: the table stays in host memory only because a model quantized by bitsandbytes is
        not moved as a whole, and sharding would spread or gather it.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            ple_cpu_offload: true

        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            deepspeed: deepspeed_configs/zero2.json
            ple_cpu_offload: true

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            ple_cpu_offload: true

    Fix
        `adapter: qlora` with `load_in_4bit: true` on one GPU, or no `ple_cpu_offload`.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1761 (executed)
    """
    plan = subject.plan
    if not plan.get("ple_cpu_offload"):
        return
    wrong = [f"with {key}" for key in ("fsdp_config", "fsdp") if key in subject.written]
    if deepspeed.deepspeed(plan):
        wrong.append("with deepspeed")
    adapter = adapters.adapter(plan)
    quantized = (adapter == "qlora" and early.is_set(plan, "load_in_4bit")) or (
        adapter == "lora" and early.is_set(plan, "load_in_8bit")
    )
    if not quantized:
        wrong.append("without qlora in 4 bits or lora in 8")
    if wrong:
        message = f"ple_cpu_offload {' and '.join(wrong)}: Axolotl refuses the file"
        yield self.finding(message, "ple_cpu_offload", "adapter", plan=plan)
