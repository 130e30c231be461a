"""Stacked experts that Axolotl quantizes as they load (`quantize_moe_experts`): axolotl monkeypatch/moe_quant.py.

A parameter of three dimensions becomes packed data and a parametrization that takes it out of its bits when it is
read; what is read stays for the forward of its module, and with the graph until the backward.
"""

from __future__ import annotations

import inspect
from contextlib import suppress

import torch
from bitsandbytes.functional import QuantState
from bitsandbytes.nn.parametrize import _disable_parametrization_cache, _enable_parametrization_cache
from torch import nn
from torch.nn.utils import parametrize

from .int8 import Int8State
from .quantized import dequantize_nf4, nf4_state

PLACES = 3
"""Dimensions of a stack: experts, rows, columns."""


class Packed(nn.Module):
    """The weights of a stack when they are read: bf16 out of 4 bits, fp32 out of 8."""

    def __init__(self, state: QuantState | Int8State, shape: torch.Size) -> None:
        super().__init__()
        self.state, self.shape = state, shape

    @torch.no_grad()
    def forward(self, packed: torch.Tensor) -> torch.Tensor:
        """``Bnb4bitParametrization`` and ``Bnb8bitParametrization``."""
        if isinstance(self.state, QuantState):
            return dequantize_nf4(packed, self.state)
        return (packed * self.state.scb.view(-1, 1) * (1 / 127)).reshape(self.shape)


def quantize_experts(model: nn.Module, kind: str) -> None:
    """Pack every stack of experts of a model on the meta device."""
    nested_code = torch.empty(256, dtype=torch.float32, device="meta")
    for name, module in list(model.named_modules()):
        stacks = [key for key, one in module._parameters.items() if one is not None and one.ndim >= PLACES]
        if "expert" not in name.lower():
            continue
        for key in stacks:
            _pack(module, key, kind, nested_code)
        if stacks:
            module.register_forward_pre_hook(_enable_parametrization_cache)
            module.register_forward_hook(_disable_parametrization_cache, always_call=_always_called(kind))


def _always_called(kind: str) -> bool:
    """Whether what was read is let go where a checkpoint's second forward ends early.

    bitsandbytes' own hook, of 4 bits, does so; Axolotl's, of 8, from 0.20 on.
    """
    try:
        from axolotl.monkeypatch import moe_quant  # noqa: PLC0415 - without Axolotl nothing is older
    except ImportError:
        return True
    return kind == "nf4" or "always_call" in inspect.getsource(moe_quant)


def _pack(module: nn.Module, key: str, kind: str, nested_code: torch.Tensor) -> None:
    shape = module._parameters[key].shape  # type: ignore[union-attr]
    state: QuantState | Int8State
    if kind == "nf4":
        packed = torch.empty((shape.numel() // 2, 1), dtype=torch.uint8, device="meta")
        state = nf4_state(shape, nested_code)
    else:
        packed = torch.empty((shape.numel() // shape[-1], shape[-1]), dtype=torch.int8, device="meta")
        state = Int8State(torch.empty(packed.shape[0], dtype=torch.float32, device="meta"))
    stored = nn.Parameter(packed, requires_grad=False)
    stored.quant_state = state  # type: ignore[attr-defined]
    setattr(module, key, stored)
    parametrize.register_parametrization(module, key, Packed(state, shape), unsafe=True)


def match_parameters() -> None:
    """Let PEFT find the stacks that a parametrization hides, as Axolotl does; without Axolotl it can't."""
    with suppress(ImportError):
        from axolotl.monkeypatch.moe_quant import patch_peft_target_parameters_matching  # noqa: PLC0415

        patch_peft_target_parameters_matching()
