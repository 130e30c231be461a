"""Base configs of each family of keys, and ways to write parts of them otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.rules.examples import BASE

Config = dict[str, Any]
_NO_ATTENTION = {key: value for key, value in BASE.items() if key != "attn_implementation"}
_LORA: Config = {"adapter": "lora", "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True}
_QLORA: Config = {**_LORA, "adapter": "qlora", "load_in_4bit": True}
_LIGER, _CUT = "axolotl.integrations.liger.LigerPlugin", "axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"
_EXPERTS = "axolotl.integrations.expert_parallel.ExpertParallelPlugin"
_KERNELS = "axolotl.integrations.kernels.KernelsPlugin"
_FSDP: Config = {
    "fsdp_version": 2,
    "fsdp_config": {"offload_params": False, "reshard_after_forward": True, "cpu_ram_efficient_loading": False},
}

FAMILIES: dict[str, tuple[Config, ...]] = {
    "fsdp": (
        {**_LORA, **_FSDP, "gradient_checkpointing": False, "micro_batch_size": 4},
        {**_FSDP, "fsdp_config": {**_FSDP["fsdp_config"], "offload_params": True, "activation_checkpointing": True}},
        {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": False, "cpu_offload_pin_memory": False}},
        {**_LORA, "fsdp_version": 1, "fsdp_config": {"offload_params": True, "cpu_ram_efficient_loading": True}},
        {**_LORA, "fsdp_config": {"fsdp_version": 1, "auto_wrap_policy": "TRANSFORMER_BASED_WRAP"}},
        {**_LORA, "fsdp": ["full_shard", "auto_wrap"], "fsdp_config": {"sync_module_states": True}},
        {"dp_shard_size": 1, "dp_replicate_size": 2, **_FSDP},
        {"context_parallel_size": 2, **_FSDP},
        {"tensor_parallel_size": 2, **_FSDP},
    ),
    "deepspeed": (
        {"deepspeed": "deepspeed_configs/zero3_bf16.json"},
        {**_LORA, "deepspeed": "deepspeed_configs/zero1.json"},
        {"deepspeed": {"zero_optimization": {"stage": 3, "overlap_comm": True}}},
        {"deepspeed": {"zero_optimization": {"stage": 2, "offload_optimizer": {"device": "cpu", "pin_memory": True}}}},
    ),
    "plugins": (
        {"plugins": [_LIGER], "liger_fused_linear_cross_entropy": True, "liger_rms_norm": True},
        {"plugins": [_LIGER], "liger_glu_activation": True, "liger_rope": True},
        {"plugins": [_CUT], "cut_cross_entropy": True},
        {**_LORA, "plugins": [_CUT, _LIGER], "liger_layer_norm": True},
        {"plugins": [_EXPERTS], "expert_parallel_size": 2, **_FSDP},
        {"plugins": [_KERNELS], "use_scattermoe": True, "experts_implementation": "scattermoe"},
    ),
    "kernels": (
        {**_LORA, "lora_mlp_kernel": True, "lora_qkv_kernel": True, "lora_o_kernel": True},
        {**_LORA, "lora_mlp_kernel": False, "lora_qkv_kernel": False, "lora_o_kernel": False},
        {**_QLORA, "trust_remote_code": False},
        {**_LORA, "load_in_8bit": True},
        {"chunked_cross_entropy": True},
    ),
    "checkpointing": (
        {**_LORA, "gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}},
        {**_LORA, "gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": True}},
        {**_LORA, "gradient_checkpointing": False},
        {**_LORA, "gradient_checkpointing": True, "activation_offloading": True},
        {**_LORA, "gradient_checkpointing": True, "activation_offloading": "disk"},
        {**_LORA, "gradient_checkpointing": True, "activation_offloading": "legacy"},
        {"layer_offloading": True, **_LORA},
        {"gradient_checkpointing": True, "selective_checkpointing": True},
    ),
    "precision": (
        {"bf16": True, "fp16": False, "tf32": True},
        {"bf16": False, "fp16": True},
        {"bf16": False, "fp16": False, "tf32": False},
        {"bf16": "auto"},
        {**_LORA, "bf16": False, "fp16": True},
        {"fp8": True, "torch_compile": True},
        {"bfloat16": True, "bf16": False},
        {"float16": True, "bf16": False},
    ),
    "attention": (
        {"attn_implementation": "sdpa"},
        {"attn_implementation": "eager"},
        {"attn_implementation": "flex_attention", "torch_compile": True},
        {"attn_implementation": "flash_attention_2", "sample_packing": True},
        {"attn_implementation": "xformers", "sample_packing": True},
    ),
    "packing": (
        {"sample_packing": True, "pad_to_sequence_len": True, "eval_sample_packing": True, "val_set_size": 0.1},
        {"sample_packing": True, "eval_sample_packing": False, "val_set_size": 0.1, "eval_batch_size": 4},
        {"sample_packing": False, "pad_to_sequence_len": True},
        {"sample_packing": False, "pad_to_sequence_len": False, "group_by_length": True},
        {"batch_flattening": True},
        {"batch_flattening": False, "sample_packing": True},
    ),
    "quantization": (
        {**_QLORA, "bnb_config_kwargs": {"bnb_4bit_use_double_quant": True}},
        {**_LORA, "load_in_8bit": True, "load_in_4bit": False},
        {**_LORA, "load_in_8bit": False, "load_in_4bit": False},
        {**_QLORA, "quantize_moe_experts": True, "lora_target_linear": False, "lora_target_modules": ["q_proj"]},
        {**_LORA, "gptq": False},
        {"qat": {"weight_dtype": "int8", "group_size": 32}},
    ),
    "adapters": (
        {**_LORA, "lora_dropout": 0.05, "peft_use_dora": True},
        {**_LORA, "lora_target_linear": False, "lora_target_modules": ["q_proj", "v_proj"]},
        {**_LORA, "lora_target_linear": False, "lora_target_modules": ["q_proj"], "lora_modules_to_save": ["lm_head"]},
        {**_LORA, "lora_target_linear": False, "lora_target_parameters": ["mlp.experts.gate_up_proj"]},
        {**_LORA, "peft_use_rslora": True, "relora": False},
        {"unfrozen_parameters": ["lm_head.*"]},
    ),
    "batch": (
        {"micro_batch_size": 4, "gradient_accumulation_steps": 2, "sequence_len": 4096},
        {"micro_batch_size": 2, "batch_size": 8, "gradient_accumulation_steps": None},
        {"micro_batch_size": 4, "eval_batch_size": 8, "val_set_size": 0.1},
        {"micro_batch_size": 4, "eval_batch_size": 4, "val_set_size": 0.1},
        {**_LORA, "rl": "dpo", "micro_batch_size": 2, "reward_model": False},
        {**_LORA, "rl": "grpo", "trl": {"num_generations": 4, "use_vllm": False, "beta": 0.1}, "micro_batch_size": 4},
    ),
    "evaluation": (
        {"val_set_size": 0.1, "evals_per_epoch": 2, "saves_per_epoch": 1},
        {"val_set_size": 0.1, "eval_strategy": "steps", "eval_steps": 10},
        {"val_set_size": 0.0, "eval_strategy": "no"},
        {"val_set_size": 0.1, "eval_steps": 0.25, "save_steps": 0.25},
        {"val_set_size": 0.1, "eval_strategy": "epoch", "save_strategy": "epoch", "load_best_model_at_end": True},
        {"val_set_size": 0, "do_bench_eval": False, "eval_table_size": 0},
    ),
    "optimizer": (
        {"optimizer": "adamw_bnb_8bit", "weight_decay": 0.1},
        {"optimizer": "adamw_8bit", "weight_decay": 0.0, "max_grad_norm": 1.0},
        {"optimizer": "muon", "learning_rate": 0.001},
        {"optimizer": "galore_adamw", "optim_target_modules": ["q_proj"]},
    ),
}


def bases() -> Iterator[tuple[str, Config]]:
    """Every base config, with the name of its family; a key with null is absent."""
    for family, parts in FAMILIES.items():
        for part in parts:
            plain = _NO_ATTENTION if family == "attention" else BASE
            yield family, {key: value for key, value in {**plain, **part}.items() if value is not None}
