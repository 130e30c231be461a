"""MW399."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import staging
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW399",
    "staged-loading-impossible",
    "error",
    keys=("nf4_backend", "qlora_sharded_model_loading", "fsdp_config"),
    quotes=(
        "CPU-staged NF4 requires",
        "CPU-staged NF4 does not support",
        "CPU-staged NF4 currently requires",
        "torchao NF4 requires blocksize",
    ),
    axolotl_since="0.20",
)
def staged_loading_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """4-bit weights loaded by way of the CPU, beside what that can't do.

    What it checks
        `nf4_backend: torchao`, or 4-bit weights with FSDP2, `cpu_ram_efficient_loading` and
        `qlora_sharded_model_loading`, which Axolotl sets itself for QLoRA. Beside it: another adapter than qlora or
        `load_in_8bit`; FSDP2 without those two keys; DeepSpeed, tensor or context parallelism, with 0.20 expert
        parallelism; `dp_replicate_size` above 1; another 4-bit type than nf4, or with torchao another block size
        than 64 or no double quantization; DoRA or `lora_modules_to_save`; a start of the adapter that reads the
        weights.

    Why it matters
        Axolotl refuses the file: each process packs its own part of the weights, and nothing reads them whole.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: true
            qlora_sharded_model_loading: true
            lora_modules_to_save: [lm_head]

        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            nf4_backend: torchao
            peft_init_lora_weights: pissa

        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_modules: [q_proj]
            nf4_backend: torchao
            bnb_config_kwargs: {bnb_4bit_quant_type: fp4}

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
        Take out one of the two. No single change is right: `cpu_ram_efficient_loading: false` loads the whole model
        in every process.

    Source
        axolotl 0.20.0 and 0.21.0 utils/schemas/validation.py, STAGED_NF4_CONSTRAINTS (executed)
    """
    plan = subject.plan
    against = staging.against(plan)
    if against:
        key = "nf4_backend" if staging.by_torchao(plan) else "qlora_sharded_model_loading"
        message = f"4-bit weights loaded by way of the CPU, with {against.words}: Axolotl refuses the file"
        yield self.finding(message, against.key, key, "fsdp_config", plan=plan)
