"""Dividing a model that each process has: Axolotl's `fsdp2_prepare_model`, and FSDP1 as accelerate calls it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import torch
from accelerate.utils import FullyShardedDataParallelPlugin
from axolotl.monkeypatch.accelerate import fsdp2 as axolotl_fsdp2
from bitsandbytes.functional import QuantState
from bitsandbytes.nn import modules as bnb_modules
from peft import PeftModel
from peft.utils.other import fsdp_auto_wrap_policy
from torch import nn
from torch.distributed.fsdp import FullyShardedDataParallel

from .group import PEER
from .load import owners_of

DEVICE = torch.device("cpu")


def plugin(version: int, *, efficient: bool) -> FullyShardedDataParallelPlugin:
    """What `fsdp_config` with `auto_wrap_policy: TRANSFORMER_BASED_WRAP` and bf16 makes."""
    with mock.patch("torch.cuda.is_available", return_value=True), mock.patch("torch.cuda.current_device"):
        made = FullyShardedDataParallelPlugin(
            fsdp_version=version,
            auto_wrap_policy="TRANSFORMER_BASED_WRAP",
            cpu_ram_efficient_loading=efficient,
            reshard_after_forward=True if version == 2 else "FULL_SHARD",
            use_orig_params=True,
        )
    made.set_mixed_precision("bf16")
    return made


def fsdp2(model: nn.Module, *, efficient: bool) -> nn.Module:
    """The model with its parts as parameters, by the function that Axolotl gives to accelerate."""
    accelerator = SimpleNamespace(
        state=SimpleNamespace(fsdp_plugin=plugin(2, efficient=efficient), device_mesh=None),
        is_main_process=PEER == 0,
        device=DEVICE,
    )
    same = SimpleNamespace(deepcopy=dict)  # of buffers: a copied fake tensor is of no mode that is known
    with mock.patch.object(nn.Module, "to", _to_meta), mock.patch.object(axolotl_fsdp2, "copy", same):
        return axolotl_fsdp2.fsdp2_prepare_model(accelerator, model)


def _to_meta(model: nn.Module, device: torch.device) -> nn.Module:
    """`model.to("meta")`, where fake parameters have to be made anew."""
    for one, owners in owners_of(model).items():
        new = nn.Parameter(torch.empty(one.shape, dtype=one.dtype, device=device), one.requires_grad)
        for owner, field in owners:
            owner._parameters[field] = new
    for module in model.modules():
        for name, one in module._buffers.items():
            module._buffers[name] = None if one is None else torch.empty(one.shape, dtype=one.dtype, device=device)
    return model


def fsdp1(model: nn.Module, *, efficient: bool) -> nn.Module:
    """`Accelerator.prepare_model`: flat parameters, trained ones in fp32.

    With adapters the Trainer has every trained layer of its own as a unit (`update_fsdp_plugin_peft`).
    """
    made = plugin(1, efficient=efficient)
    if isinstance(model, PeftModel):
        made.auto_wrap_policy = fsdp_auto_wrap_policy(model)
    made.set_auto_wrap_policy(model)
    wrapped = FullyShardedDataParallel(
        model,
        sharding_strategy=made.sharding_strategy or made.reshard_after_forward,
        auto_wrap_policy=made.auto_wrap_policy,
        mixed_precision=made.mixed_precision_policy,
        backward_prefetch=made.backward_prefetch,
        forward_prefetch=made.forward_prefetch,
        use_orig_params=made.use_orig_params,
        limit_all_gathers=made.limit_all_gathers,
        device_id=DEVICE,
    )
    for module in FullyShardedDataParallel.fsdp_modules(wrapped):
        flat = module._flat_param if module._has_params else None
        if flat is not None and flat.dtype != torch.float32 and flat.requires_grad:
            flat.data = flat.data.to(torch.float32)
            module._handle._orig_param_dtype = torch.float32
    return wrapped


def scales_stay(model: nn.Module) -> None:
    """Hang a quantized layer's scales on the layer, where bitsandbytes has them too: FSDP divides the weight alone.

    (`Linear4bit.quant_state`; Axolotl's patch of `init_sharded_param` passes the whole `quant_state` and `SCB` on.)
    """
    for module in model.modules():
        state = getattr(getattr(module, "weight", None), "quant_state", None)
        if state is not None:
            module.quant_state = state


def _tensors(state: QuantState, packed: bool = False) -> dict[str, torch.Tensor]:
    """`QuantState.as_dict`, without the offset, whose value it asks for."""
    nested = state.state2
    scales = {"absmax": state.absmax, "nested_absmax": nested.absmax}
    return {**scales, "quant_map": state.code, "nested_quant_map": nested.code}


@contextmanager
def scales_of_layers() -> Iterator[None]:
    """Stand-ins where bitsandbytes asks for a weight's class or a tensor's value."""

    def recovered(module: Any) -> None:
        module.weight.quant_state = module.quant_state

    with (
        mock.patch.object(bnb_modules, "fix_4bit_weight_quant_state_from_module", recovered),
        mock.patch.object(QuantState, "as_dict", _tensors),
    ):
        yield
