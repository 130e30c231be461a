"""MW351."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp, quantization
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW351",
    "mxfp4-with-efficient-loading",
    "error",
    fix="safe",
    keys=("model_quantization_config",),
    quotes="FSDP cpu_ram_efficient_loading is not supported for Mxfp4Config",
)
def mxfp4_with_efficient_loading(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`Mxfp4Config` with FSDP's loading by one process.

    What it checks
        `model_quantization_config: Mxfp4Config` and `cpu_ram_efficient_loading: true` in `fsdp_config`.

    Why it matters
        Axolotl refuses the file: packed mxfp4 weights can't be sent from the process that loads them to the others.

    Example
        Bad:
            base_model: openai/gpt-oss-20b
            model_quantization_config: Mxfp4Config
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: true
              transformer_layer_cls_to_wrap: GptOssDecoderLayer

        Good:
            base_model: openai/gpt-oss-20b
            model_quantization_config: Mxfp4Config
            fsdp_version: 2
            fsdp_config:
              cpu_ram_efficient_loading: false
              transformer_layer_cls_to_wrap: GptOssDecoderLayer

    Fix
        `cpu_ram_efficient_loading: false`. Safe: training computes the same; each process reads the model into host
        memory.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1697 (executed)
    """
    plan = subject.plan
    sharding = fsdp.fsdp_config(plan)
    if (
        quantization.model_quantization_config(plan) != "Mxfp4Config"
        or sharding.get("cpu_ram_efficient_loading") is not True
    ):
        return
    message = "Mxfp4Config with fsdp_config.cpu_ram_efficient_loading: true: Axolotl refuses the file"
    changes = {"fsdp_config": {**sharding, "cpu_ram_efficient_loading": False}}
    fix = Fix(changes, "safe", "cpu_ram_efficient_loading: false")
    yield self.finding(message, "fsdp_config", "model_quantization_config", plan=plan, fix=fix)
