"""Which configs can be measured here as Axolotl 0.19 would run them, and why others can't.

A run that needs something this machine or this harness lacks is skipped and says so; nothing is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from benchmarks.truth.config import Settings, from_axolotl

REQUIRED = ("torch", "transformers", "peft", "accelerate", "bitsandbytes")
"""Packages that every run needs."""

ATTENTION = (None, "sdpa", "eager", "flash_attention_2")

NOT_SET_UP = (
    "activation_offloading",
    "batch_size",
    "bnb_config_kwargs",
    "chunked_cross_entropy",
    "deepspeed",
    "float16",
    "fp16",
    "fp32_norms",
    "fp8",
    "fsdp",
    "fsdp_config",
    "fused_attn_kernel",
    "gptq",
    "gpu_memory_limit",
    "layer_offloading",
    "liger_cross_entropy",
    "liger_glu_activation",
    "liger_layer_norm",
    "liger_rms_norm",
    "liger_rms_norm_gated",
    "liger_rope",
    "liger_use_token_scaling",
    "lisa_n_layers",
    "llama4_linearized_experts",
    "lora_fan_in_fan_out",
    "lora_model_dir",
    "lora_on_cpu",
    "lora_rank_pattern",
    "max_memory",
    "model_quantization_config",
    "neftune_noise_alpha",
    "peft",
    "peft_autocast_adapter_dtype",
    "peft_ensure_weight_tying",
    "peft_layer_replication",
    "peft_layers_pattern",
    "peft_trainable_token_indices",
    "ple_cpu_offload",
    "process_reward_model",
    "qat",
    "quantization",
    "quantize_moe_experts",
    "relora",
    "reward_model",
    "rl",
    "selective_checkpointing",
    "tiled_mlp",
    "torch_compile",
    "trust_remote_code",
    "unfrozen_parameters",
    "use_kernels",
)
"""Fields that change what a step holds and that this harness does not set up."""

PARALLEL = ("context_parallel_size", "sequence_parallel_degree", "tensor_parallel_size")

PLUGINS = ("cut_cross_entropy", "liger")
"""Words in the names of the plugins that are set up here."""

Has = Callable[[str], bool]


def importable(package: str) -> bool:
    """Whether a top-level package is installed, without importing it."""
    return find_spec(package) is not None


def why_not(config: Mapping[str, Any], has: Has = importable) -> str | None:
    """Why this config can't be measured here, as a clause, or None. Looks at no GPU and imports no PyTorch."""
    for key in NOT_SET_UP:
        if config.get(key):
            return f"{key} is not set up in this measurement"
    for key in PARALLEL:
        if (config.get(key) or 1) != 1:
            return f"{key} needs several GPUs, and this measures one"
    for plugin in config.get("plugins") or []:
        if not any(word in str(plugin) for word in PLUGINS):
            return "a plugin other than Liger's and Cut Cross Entropy's is not set up in this measurement"
    if config.get("processor_type") and not config.get("image_size"):
        return "image_size is not written, so nothing says how large an image is"
    settings = from_axolotl(config)
    return _precision(config) or _method(settings) or _packages(settings, has)


def _precision(config: Mapping[str, Any]) -> str | None:
    if config.get("bf16", "auto") not in (True, "auto", "true", None):
        return f"bf16: {config['bf16']} is asked for, and only bf16 with autocast is measured"
    return None


def _method(settings: Settings) -> str | None:
    if settings.adapter is not None and not settings.is_lora:
        return f"adapter {settings.adapter} is not set up in this measurement"
    if (settings.load_in_4bit or settings.load_in_8bit) and settings.quantization is None:
        return "this pair of adapter and load_in_4bit or load_in_8bit is not set up in this measurement"
    if settings.gradient_checkpointing not in (True, False):
        return f"gradient_checkpointing: {settings.gradient_checkpointing} is not set up in this measurement"
    if settings.attn_implementation not in ATTENTION:
        return f"attention {settings.attn_implementation} is not set up in this measurement"
    if settings.sample_packing and settings.attn_implementation != "flash_attention_2":
        return "sample_packing is measured with flash_attention_2 only"
    return None


def _packages(settings: Settings, has: Has) -> str | None:
    if settings.attn_implementation == "flash_attention_2" and not has("flash_attn"):
        return "flash_attention_2 needs the package flash-attn"
    if settings.cut_cross_entropy and not has("cut_cross_entropy"):
        return "cut_cross_entropy needs Axolotl's fork of the package cut-cross-entropy"
    if settings.liger_fused_linear_cross_entropy and not has("liger_kernel"):
        return "liger_fused_linear_cross_entropy needs the package liger-kernel"
    if uses_kernels(settings) and not has("axolotl"):
        return (
            "Axolotl's LoRA kernels are on (they are by default) and need the package axolotl; "
            "set lora_mlp_kernel, lora_qkv_kernel and lora_o_kernel to false to measure PEFT's own code"
        )
    return None


def uses_kernels(settings: Settings) -> bool:
    """Whether one of Axolotl's LoRA kernels is on."""
    return settings.is_lora and (settings.lora_mlp_kernel or settings.lora_qkv_kernel or settings.lora_o_kernel)
