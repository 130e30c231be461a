"""What DeepSpeed's ZeRO 3 puts on a GPU while a model is loaded, told by its source (0.19): it is not run.

A model that is not quantized is made under `zero.Init`: a module's weights are whole until it is made (`partition`),
then gathered to be filled from the file (transformers integrations/deepspeed.py, `_load_state_dict_into_zero3_model`).
A quantized one is read whole; the engine turns what is in fp32 to bf16 (`_cast_module_mixed_precision`) and divides it
weight by weight (runtime/zero/partition_parameters.py, `_convert_to_zero_parameters`, `_partition_param`).
"""

from __future__ import annotations

import torch
from torch import nn

from benchmarks.truth.build import DTYPE

from .load import one_by_one, owners_of


def _part(shape: torch.Size, ranks: int, dtype: torch.dtype) -> torch.Tensor:
    return torch.empty(-(-shape.numel() // ranks), dtype=dtype)


def made_divided(model: nn.Module, ranks: int) -> None:
    """Put the parts of a model on the meta device on the GPU, inside a `FakeTensorMode`."""
    parts = {}
    for module in model.modules():
        own = [one for one in module._parameters.values() if one is not None and one not in parts]
        whole = [torch.empty(one.shape, dtype=one.dtype) for one in own]
        parts |= {one: _part(one.shape, ranks, one.dtype) for one in own}
        whole.clear()
    for module in model.modules():
        gathered = [torch.empty(one.shape, dtype=one.dtype) for one in module._parameters.values() if one is not None]
        gathered.clear()
    for one, owners in owners_of(model).items():
        for owner, field in owners:
            owner._parameters[field] = nn.Parameter(parts[one], one.requires_grad)


def divided_afterwards(model: nn.Module, ranks: int) -> None:
    """Divide a model that is whole on the GPU."""
    for one, owners in one_by_one(model):
        if one.dtype == torch.float32:
            _set(owners, nn.Parameter(one.to(DTYPE), one.requires_grad))
    for one, owners in one_by_one(model):
        _set(owners, nn.Parameter(_part(one.shape, ranks, one.dtype), one.requires_grad))


def _set(owners: list[tuple[nn.Module, str]], new: nn.Parameter) -> None:
    for owner, field in owners:
        owner._parameters[field] = new
