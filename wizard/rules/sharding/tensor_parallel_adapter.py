"""MW660."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, mesh, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW660",
    "tensor-parallel-adapter",
    "error",
    keys=("tensor_parallel_size",),
    crashes=(
        "is only supported for native NVFP4 base models",
        "tensor_parallel_size > 1 with an adapter is not supported for rl",
    ),
    axolotl_since="0.20",
)
def tensor_parallel_adapter(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Tensor parallelism with an adapter on a base in 16 bits.

    What it checks
        `tensor_parallel_size` above 1 with LoRA or QLoRA, on a base model that is known and so is no native NVFP4
        checkpoint; with DPO, IPO and KTO on any.

    Why it matters
        Each GPU would train an adapter of its own on its share of a layer, and one share would be saved. Axolotl stops
        after the model is loaded.

    Example
        Bad on 2xa100-80gb:
            tensor_parallel_size: 2
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            base_model: Qwen/Qwen3-8B

        Good on 2xa100-80gb:
            dp_shard_size: 2
            fsdp_version: 2
            fsdp_config:
              transformer_layer_cls_to_wrap: Qwen3DecoderLayer
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            base_model: Qwen/Qwen3-8B

    Fix
        FSDP (`dp_shard_size`) or `context_parallel_size` in its place. There is none to apply: what divides the work is
        a choice.

    Source
        axolotl 0.20.0 and 0.21.0 loaders/model.py:82-120 and :731-761 (read)
    """
    plan, model = subject.plan, subject.model
    if mesh.tensor_parallel_size(plan) <= 1 or not adapters.built_in(plan):
        return
    wrapped = preference.rl(plan) in preference.WRAPPED_BY_TRL
    if wrapped or model is not None:
        why = f"rl: {preference.rl(plan)}" if wrapped else "this base model, which is no NVFP4 checkpoint"
        message = f"tensor_parallel_size with an adapter and {why}: Axolotl stops after the model is loaded"
        yield self.finding(message, "tensor_parallel_size", "adapter", plan=plan)
