"""What the plans of the ledger are drawn from: blocks of keys that belong together, and models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wizard.knowledge.axolotl.settings import loss_plugins


def _lora(**more: object) -> dict[str, object]:
    return {"adapter": "lora", "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True, **more}


FULL: Mapping[str, object] = {}
QLORA: Mapping[str, object] = _lora(adapter="qlora", load_in_4bit=True, lora_r=32)
INT8: Mapping[str, object] = _lora(load_in_8bit=True, lora_dropout=0.05)
KERNELS = {"lora_mlp_kernel": True, "lora_qkv_kernel": True, "lora_o_kernel": True}
METHODS: Sequence[Mapping[str, object]] = (
    FULL, _lora(), _lora(lora_r=128, lora_dropout=0.05), _lora(**KERNELS), QLORA, {**QLORA, **KERNELS}, INT8,
    _lora(peft_use_dora=True), _lora(lora_target_linear=None, lora_target_modules=["q_proj", "v_proj"]),
    _lora(lora_modules_to_save=["embed_tokens", "lm_head"]), {**QLORA, "lora_modules_to_save": ["lm_head"]},
)  # fmt: skip
CUT, LIGER = (loss_plugins()[name] for name in ("cut_cross_entropy", "liger_fused_linear_cross_entropy"))
LOSSES: Sequence[Mapping[str, object]] = (
    {}, {}, {"cut_cross_entropy": True, "plugins": [CUT]}, {"chunked_cross_entropy": True},
    {"liger_fused_linear_cross_entropy": True, "plugins": [LIGER]},
    {"liger_rms_norm": True, "liger_glu_activation": True, "plugins": [LIGER]},
    {"liger_rms_norm": True, "liger_fused_linear_cross_entropy": True, "plugins": [LIGER]},
)  # fmt: skip
CHECKPOINTS: Sequence[Mapping[str, object]] = (
    {}, {"gradient_checkpointing": True}, {"gradient_checkpointing": False},
    {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": False}},
    {"gradient_checkpointing": True, "gradient_checkpointing_kwargs": {"use_reentrant": True}},
)  # fmt: skip
COMMON: Mapping[str, Sequence[Any]] = {
    "base_model": ("meta-llama/Llama-3.2-1B", "Qwen/Qwen3-8B", "google/gemma-2-2b", "microsoft/Phi-4-mini-instruct"),
    "sequence_len": (512, 2048, 4000, 8192),
    "micro_batch_size": (1, 2, 3),
    "gradient_accumulation_steps": (1, 4),
    "bf16": (True, True, "auto"),
    "attn_implementation": ("flash_attention_2", "sdpa", "eager", "flex_attention", None),
    "optimizer": ("adamw_torch_fused", "adamw_torch", "adamw_bnb_8bit", "paged_adamw_8bit", "adafactor", "muon"),
    "val_set_size": (0, 0, 0.1),
    "sample_packing": (True, False, None),
    "pad_to_sequence_len": (True, None),
    "+method": METHODS,
    "+loss": LOSSES,
    "+checkpoints": CHECKPOINTS,
}
MIXTURES = (
    "Qwen/Qwen3-30B-A3B", "openai/gpt-oss-20b", "mistralai/Mixtral-8x7B-v0.1", "allenai/OLMoE-1B-7B-0924",
    "Qwen/Qwen1.5-MoE-A2.7B", "deepseek-ai/DeepSeek-V2-Lite", "google/gemma-4-26B-A4B",
    "ibm-granite/granite-4.0-h-tiny-base", "meta-llama/Llama-4-Scout-17B-16E", "zai-org/GLM-4.5-Air",
)  # fmt: skip
DENSE = (*COMMON["base_model"], "meta-llama/Llama-3.1-70B", "Qwen/Qwen2.5-14B", "LiquidAI/LFM2-1.2B")
IMAGES = (
    "Qwen/Qwen2-VL-2B-Instruct", "Qwen/Qwen2.5-VL-7B-Instruct", "Qwen/Qwen3-VL-4B-Instruct", "Qwen/Qwen3.5-4B",
    "Qwen/Qwen3-VL-30B-A3B-Instruct", "mistralai/Mistral-Small-3.1-24B-Base-2503", "google/gemma-3-4b-pt",
    "google/gemma-4-E4B", "google/gemma-4-12B", "meta-llama/Llama-3.2-11B-Vision-Instruct",
    "mistralai/Ministral-3-8B-Base-2512",
)  # fmt: skip
STORED = (
    "mistralai/Devstral-Small-2-24B-Instruct-2512", "MiniMaxAI/MiniMax-M2.5", "openai/gpt-oss-120b",
    "openai/gpt-oss-20b",
)  # fmt: skip
SEVERAL = ("2xa100-80gb", "2xrtx-4090", "8xh100-80gb", "2x8xh100-80gb")
PARALLEL: Sequence[Mapping[str, object]] = (
    {"context_parallel_size": 2}, {"context_parallel_size": 4, "ring_attn_func": "batch_ring"},
    {"sequence_parallel_degree": 2}, {"context_parallel": {"size": 2}}, {"tensor_parallel_size": 2},
    {"tensor_parallel_size": 4, "dp_shard_size": 2}, {"tensor_parallel_size": 2, "context_parallel_size": 2},
    {"dp_shard_size": 2, "dp_replicate_size": 2}, {"dp_replicate_size": 2}, {"dp_shard_size": 4},
    {"expert_parallel_size": 2, "plugins": ["axolotl.integrations.expert_parallel.ExpertParallelPlugin"]},
    {"expert_parallel_size": 4, "plugins": ["axolotl.integrations.expert_parallel.ExpertParallelPlugin"]},
    {"tensor_parallel_size": 3},
)  # fmt: skip
_HOST = {"device": "cpu", "pin_memory": True}


def _zero(stage: int, **more: object) -> dict[str, object]:
    return {"deepspeed": {"zero_optimization": {"stage": stage, **more}}}


ZERO: Sequence[Mapping[str, object]] = (
    *({"deepspeed": f"deepspeed_configs/{name}.json"} for name in (
        "zero1", "zero1_torch_compile", "zero2", "zero3", "zero3_bf16", "zero3_bf16_cpuoffload_all",
        "zero3_bf16_cpuoffload_params", "mine",
    )),
    _zero(0), _zero(1, offload_optimizer=_HOST), _zero(2, offload_optimizer={"device": "cpu"}, overlap_comm=True),
    _zero(2, reduce_bucket_size=1e8, contiguous_gradients=False), _zero(2, reduce_bucket_size="auto"),
    _zero(3, offload_optimizer=_HOST), _zero(3, offload_param=_HOST), _zero(3, offload_param={"device": "nvme"}),
    _zero(3, stage3_max_live_parameters=1e8, stage3_prefetch_bucket_size=5e7, sub_group_size=1e8),
    _zero(3, contiguous_gradients=False, stage3_prefetch_bucket_size="auto", reduce_bucket_size="auto"),
)  # fmt: skip


def _fsdp(version: int, **more: object) -> dict[str, object]:
    wrap = {"auto_wrap_policy": "TRANSFORMER_BASED_WRAP", "state_dict_type": "FULL_STATE_DICT"}
    return {"fsdp_version": version, "fsdp_config": {**wrap, **more}}


FSDP: Sequence[Mapping[str, object]] = (
    *(
        _fsdp(version, reshard_after_forward=reshard, offload_params=away, cpu_ram_efficient_loading=one)
        for version in (1, 2)
        for reshard in (True, False)
        for away in (True, False)
        for one in (True, False)
    ),
    _fsdp(2, activation_checkpointing=True),
    {"fsdp": ["full_shard", "auto_wrap"], **_fsdp(1)},
)
_VLLM = {"use_vllm": True, "vllm_mode": "colocate"}
TRL: Sequence[Mapping[str, object]] = (
    {}, {"max_completion_length": 64, "beta": 0.04}, {"num_generations": 4, "max_completion_length": 512, "beta": 0.0},
    {"steps_per_generation": 2}, {"steps_per_generation": 8, "beta": 0.1}, {"num_iterations": 2},
    {"use_liger_loss": True}, {"use_liger_loss": True, "beta": 0.04, "max_completion_length": 2048},
    {"use_vllm": True, "vllm_mode": "server"}, {"use_vllm": True, "vllm_importance_sampling_correction": False},
    _VLLM, {**_VLLM, "vllm_enable_sleep_mode": True}, {**_VLLM, "beta": 0.04, "max_completion_length": 1024},
    {**_VLLM, "vllm_importance_sampling_correction": False, "num_iterations": 2},
)  # fmt: skip
SELECTIVE: Sequence[object] = (
    True, {}, {"save": []}, {"save": ["attention", "mm"]}, {"save": ["mm"]}, {"save_sliding_window": True},
    {"save_modules": ["mlp.down_proj", "*.q_proj"]}, {"save_matmul_min_k": 2048}, {"save_matmul_min_k": 6000},
    {"save": ["attention"], "save_modules": ["self_attn"], "offload": True}, {"offload": True},
)  # fmt: skip
EXPERTS: Sequence[Mapping[str, object]] = tuple(
    {**method, "lora_target_linear": None, "lora_target_modules": modules, "lora_target_parameters": parameters}
    for method in (_lora(), QLORA, INT8)
    for modules, parameters in (
        (["q_proj", "v_proj"], ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]),
        (["q_proj", "k_proj", "v_proj", "o_proj"], None),
        (None, ["experts.down_proj"]),
    )
)
ADAPTERS: Sequence[Mapping[str, object]] = (
    _lora(lora_target_modules="all-linear", lora_target_linear=None),
    _lora(lora_target_modules=r".*\.(q|k|v)_proj", lora_target_linear=None),
    _lora(lora_r=256, lora_dropout=0.1, lora_mlp_kernel=False), _lora(lora_r=None), _lora(adapter="llama-adapter"),
    {**QLORA, "peft_use_dora": True}, {**INT8, "peft_use_dora": True, "lora_modules_to_save": ["embed_tokens"]},
    _lora(lora_embedding_kernel=True, lora_target_modules=["embed_tokens", "q_proj"]), {**QLORA, "load_in_4bit": None},
)  # fmt: skip
PARTS: Sequence[Mapping[str, object]] = (
    {"unfrozen_parameters": ["lm_head.*"]}, {"unfrozen_parameters": [r"model.layers.1\d.*"]},
    {"unfrozen_parameters": ["embed_tokens", "mlp.down_proj"]}, {"unfrozen_parameters": ["^model.norm"]},
)  # fmt: skip
PRECISIONS: Sequence[Mapping[str, object]] = (
    {"fp16": True}, {"bf16": False, "fp16": False}, {"bf16": True, "fp8": True}, {"bf16": True, "tf32": True},
    {"float32": True}, {"bfloat16": True}, {"float16": True}, {"bf16": "full"}, {},
)  # fmt: skip
SAVING: Sequence[Mapping[str, object]] = (
    {"max_steps": 100, "save_steps": 10}, {"num_epochs": 3, "saves_per_epoch": 1, "save_total_limit": 2},
    {"num_epochs": 4, "saves_per_epoch": 2, "save_total_limit": 10, "save_only_model": True}, {"save_strategy": "no"},
    {"save_total_limit": 1, "load_best_model_at_end": True, "evals_per_epoch": 1, "saves_per_epoch": 1},
    {"merge_method": "legacy"}, {"save_total_limit": -1, "num_epochs": 8}, {"save_only_model": True},
)  # fmt: skip
