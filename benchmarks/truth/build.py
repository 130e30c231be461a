"""From settings to a model, with the dtypes, quantization and adapters that Axolotl 0.19 gives it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText, PreTrainedModel
from transformers.initialization import no_init_weights

from .adapters import add_adapter
from .assumptions import Assumptions
from .config import Settings
from .images.freezing import freeze_towers
from .kernels.lora import install_lora_kernels
from .kernels.losses import cut_cross_entropy, install_fused_loss, liger
from .kernels.quantized import dora_on_quantized, quant_state_tensors, quantize
from .kernels.stacked import match_parameters, quantize_experts
from .preference import WRAPPED_BY_TRL

DTYPE = torch.bfloat16

EMBEDDING_NAMES = {  # axolotl/loaders/utils.py, get_linear_embedding_layers
    "gpt_neox": ("embed_in", "embed_out"),
    "falcon": ("word_embeddings", "lm_head"),
    "nemotron_h": ("embeddings", "lm_head"),
    "bailing_hybrid": ("word_embeddings", "lm_head"),
}
DEFAULT_EMBEDDING_NAMES = ("embed_tokens", "lm_head")


SPARED = {"falcon_h1": ("out_proj",)}  # axolotl/utils/nf4.py, bnb_4bit_skip_modules


def load_model(settings: Settings, folder: Path, dtype: torch.dtype = DTYPE) -> PreTrainedModel:
    """The base model on the meta device, where dtypes can still be changed freely."""
    config = AutoConfig.from_pretrained(folder)
    config.get_text_config().use_cache = False  # axolotl/loaders/utils.py, and the Trainer
    config.use_cache = False
    attention = settings.attn_implementation
    # transformers refuses flash attention on a machine without the package.
    unchecked = mock.patch.object(PreTrainedModel, "_check_and_adjust_attn_implementation", return_value=attention)
    with torch.device("meta"), no_init_weights(), unchecked if attention else nullcontext():
        loader = AutoModelForCausalLM if settings.processor_type is None else AutoModelForImageTextToText
        model = loader.from_config(config, dtype=dtype, attn_implementation=attention)
    model.tie_weights()
    if settings.experts_implementation:
        model.set_experts_implementation(settings.experts_implementation)
    return model


def _set_module_dtypes(model: nn.Module, embeddings: tuple[str, ...], dtype: torch.dtype, first_pass: bool) -> None:
    """``_convert_embedding_modules_dtype``: norms, embeddings and, in the first pass only, routers."""
    for name, module in model.named_modules():
        if "norm" in name or (first_pass and name.endswith(".gate")):
            module.to(dtype)
        if any(e in name for e in embeddings) and hasattr(module, "weight"):
            module.to(dtype)


def materialize(model: nn.Module) -> None:
    """Replace meta tensors by fake ones; tied weights stay tied. Call it inside a ``FakeTensorMode``."""
    made: dict[int, torch.Tensor] = {}

    def fake(old: torch.Tensor) -> torch.Tensor:
        if id(old) not in made:
            new = torch.empty(old.shape, dtype=old.dtype)
            made[id(old)] = nn.Parameter(new, old.requires_grad) if isinstance(old, nn.Parameter) else new
            made[id(old)].__dict__.update(old.__dict__)
            for owner, field in quant_state_tensors(old):
                setattr(owner, field, fake(getattr(owner, field)))
        return made[id(old)]

    for module in model.modules():
        for tensors in (module._parameters, module._buffers):
            for name, old in tensors.items():
                if old is not None and old.is_meta:
                    tensors[name] = fake(old)


def weight_tensors(model: nn.Module) -> Iterator[torch.Tensor]:
    """Every tensor of the loaded model: parameters, buffers, and the scales of quantized weights."""
    yield from model.buffers()
    for parameter in model.parameters():
        yield parameter
        yield from (getattr(owner, field) for owner, field in quant_state_tensors(parameter))


def _upcast_leftovers(model: PreTrainedModel) -> None:
    """``prepare_model_for_kbit_training``: floating weights that are not quantized become fp32, experts too."""
    for parameter in model.parameters():
        parameter.requires_grad = False
        if parameter.dtype == DTYPE and not hasattr(parameter, "quant_state"):
            parameter.data = parameter.data.float()


def _adapters_of_quantized_to_bf16(model: nn.Module, settings: Settings) -> None:
    """``DPOTrainer.__init__`` and ``GRPOTrainer.__init__``; Axolotl's kernels don't reach a model that TRL wraps."""
    for parameter in model.parameters():
        if settings.quantization and parameter.requires_grad:
            parameter.data = parameter.data.to(DTYPE)


def _wrap(model: PreTrainedModel, settings: Settings, assumptions: Assumptions) -> nn.Module:
    """Quantization, dtypes, checkpointing and adapters, in Axolotl's order (loaders/model.py)."""
    embeddings = EMBEDDING_NAMES.get(model.config.model_type, DEFAULT_EMBEDDING_NAMES)
    names = () if settings.load_in_4bit and settings.embeddings_skip_upcast else embeddings
    if settings.quantization:
        quantize(model, settings.quantization, skip=(*embeddings, *SPARED.get(model.config.model_type, ())))
    if settings.quantize_moe_experts and settings.quantization:
        quantize_experts(model, settings.quantization)
        match_parameters()
    _set_module_dtypes(model, names, torch.float32, first_pass=True)
    if settings.is_lora and settings.gradient_checkpointing:
        model.gradient_checkpointing_enable(settings.checkpointing_kwargs)
    if settings.quantization and not assumptions.bf16_leftovers and not settings.quantize_moe_experts:
        _upcast_leftovers(model)
    if settings.quantization and settings.gradient_checkpointing:
        # Axolotl calls prepare_model_for_kbit_training without the checkpointing kwargs.
        model.enable_input_require_grads()
    if not settings.keeps_fp32_modules:
        _set_module_dtypes(model, names, DTYPE, first_pass=False)
    if settings.freeze_mm_modules:
        freeze_towers(model)
    if not settings.is_lora:
        return model
    adapted = add_adapter(model, settings, embeddings[1])
    if settings.generates and settings.beta:
        adapted.add_adapter("ref", adapted.peft_config["default"], low_cpu_mem_usage=True)
    if settings.rl in WRAPPED_BY_TRL:
        _adapters_of_quantized_to_bf16(adapted, settings)
    else:
        install_lora_kernels(adapted, settings.lora_mlp_kernel, settings.lora_qkv_kernel, settings.lora_o_kernel)
    return adapted


def build_model(settings: Settings, folder: Path, mode: FakeTensorMode, assumptions: Assumptions) -> nn.Module:
    """The model as it enters the Trainer, on fake tensors."""
    base = load_model(settings, folder)
    if settings.cut_cross_entropy:
        install_fused_loss(base, cut_cross_entropy, in_evaluation=True)
    elif settings.liger_fused_linear_cross_entropy:
        install_fused_loss(base, liger, in_evaluation=False)
    with dora_on_quantized():
        model = _wrap(base, settings, assumptions)
    with mode:
        materialize(model)
    return model


def build_references(settings: Settings, folder: Path, mode: FakeTensorMode) -> list[nn.Module]:
    """Reference models, the one in use last.

    Axolotl loads the model again for every preference method but orpo, unless adapters are trained (train.py,
    setup_reference_model). For simpo nothing uses it. For kto TRL is not given it and makes its own, in fp32.
    """
    if settings.rl in (None, "orpo") or settings.adapter:
        return []
    if settings.generates:
        return _own_reference(settings, folder, mode) if settings.beta else []
    references: list[nn.Module] = [build_model(settings, folder, mode, Assumptions())]
    if settings.rl == "kto":
        references += _own_reference(settings, folder, mode)
    return [reference.eval() for reference in references]


def _own_reference(settings: Settings, folder: Path, mode: FakeTensorMode) -> list[nn.Module]:
    """What TRL makes itself (``create_model_from_path``): in fp32 where nothing else is asked for."""
    own = load_model(settings, folder, torch.float32)
    with mode:
        materialize(own)
    return [own.eval()]
