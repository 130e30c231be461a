"""MW377."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, fsdp
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import on
from wizard.rules.registry import Rule, Subject, rule


@rule("MW377", "reinit-with-sharded-loading", "warning", fix="safe", keys=("reinit_weights",))
def reinit_with_sharded_loading(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`reinit_weights` where quantized weights are loaded in shards.

    What it checks
        `reinit_weights` with `adapter: qlora`, FSDP's `cpu_ram_efficient_loading` and `qlora_sharded_model_loading`.

    Why it matters
        The weights are loaded as published, not made new; Axolotl warns once it loads them.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            reinit_weights: true
            qlora_sharded_model_loading: true
            fsdp:
              - full_shard
            fsdp_config:
              cpu_ram_efficient_loading: true
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            qlora_sharded_model_loading: true
            fsdp:
              - full_shard
            fsdp_config:
              cpu_ram_efficient_loading: true
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

    Fix
        `reinit_weights` goes. Safe: it has no effect there.

    Source
        axolotl 0.19.0 loaders/model.py:1004 (read)
    """
    plan = subject.plan
    if not on(plan.get("reinit_weights")) or adapters.adapter(plan) != "qlora":
        return
    efficient = fsdp.setting(plan, "cpu_ram_efficient_loading")
    if not efficient or not on(plan.get("qlora_sharded_model_loading")):
        return
    message = "reinit_weights likely has no effect: quantized weights loaded in shards are those published"
    fix = Fix({"reinit_weights": REMOVE}, "safe", "no reinit_weights")
    yield self.finding(message, "reinit_weights", "qlora_sharded_model_loading", plan=plan, fix=fix)
