"""Makes CPU fake tensors behave, in what they allocate, like tensors on a CUDA device.

A CPU build of PyTorch has no CUDA device guard, so autograd can't run on tensors that claim to be on ``cuda``.
The fake tensors therefore claim ``cpu``, and the differences that bear on memory are patched here:
autocast's list of operators, dropout's mask, and the random state that checkpointing saves.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import torch
from torch.utils._pytree import tree_map

AUTOCAST_KEY = torch._C.DispatchKey.AutocastCPU

# AT_FORALL_FP32 and AT_FORALL_FP32_SET_OPT_DTYPE in aten/src/ATen/autocast_mode.h: on CUDA these run in fp32
# under autocast, on the CPU most of them do not.
FP32_OPERATORS = """
    acos asin cosh erfinv exp expm1 log log10 log2 log1p reciprocal rsqrt sinh tan pow.Tensor_Scalar
    pow.Tensor_Tensor pow.Scalar softplus layer_norm native_layer_norm group_norm cosine_similarity
    nll_loss nll_loss_nd smooth_l1_loss mse_loss kl_div l1_loss huber_loss
    binary_cross_entropy_with_logits logsumexp dist cdist norm.Scalar
"""
FP32_BY_DEFAULT = """
    prod prod.dim_int softmax.int log_softmax.int cumprod cumsum linalg_vector_norm sum sum.dim_IntList
"""


def _to_fp32(value: Any) -> Any:
    eligible = isinstance(value, torch.Tensor) and value.is_floating_point() and value.dtype != torch.float64
    return value.float() if eligible else value


def _without_autocast(op: Any, args: Any, kwargs: Any) -> Any:
    with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(AUTOCAST_KEY)):
        return op(*args, **kwargs)


def _cast_inputs(op: Any) -> Callable[..., Any]:
    """``CastPolicy::fp32``: the operator on fp32 copies."""
    return lambda *args, **kwargs: _without_autocast(op, tree_map(_to_fp32, args), kwargs)


def _set_dtype(op: Any) -> Callable[..., Any]:
    """``CastPolicy::fp32_set_opt_dtype``: the input stays as it is, the result is fp32."""

    names = [a.name for a in op._schema.arguments if not a.kwarg_only]

    def kernel(*args: Any, **kwargs: Any) -> Any:
        kwargs = {**dict(zip(names, args, strict=False)), **kwargs}
        first = args[0]
        if kwargs.get("dtype") is None and isinstance(first, torch.Tensor) and first.is_floating_point():
            kwargs["dtype"] = torch.float32
        return _without_autocast(op, (), kwargs)

    return kernel


def autocast_library() -> torch.library.Library:
    """CUDA's fp32 list on the CPU's autocast key. The registrations end when the library object dies."""
    library = torch.library.Library("aten", "IMPL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for names, policy in ((FP32_OPERATORS, _cast_inputs), (FP32_BY_DEFAULT, _set_dtype)):
            for name in names.split():
                base, _, overload = name.partition(".")
                op = getattr(getattr(torch.ops.aten, base), overload or "default")
                library.impl(name, policy(op), "AutocastCPU")
    return library


def dropout(x: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> torch.Tensor:
    """CUDA's fused dropout: the output and a mask of one byte an element, kept for the backward."""
    if not training or p == 0.0:
        return x
    return torch.native_dropout(x, p, True)[0]


@contextmanager
def cuda_like(*, autocast_seen: bool = True) -> Iterator[None]:
    """The patches, while the context is open. `autocast_seen`: by who asks for it without a device, meaning CUDA."""
    library = autocast_library()
    asked = torch.is_autocast_enabled

    def enabled(*device: str) -> bool:
        return bool(asked(*(device or ("cpu",)))) if device or autocast_seen else False

    dropped = mock.patch("torch.nn.functional.dropout", dropout)
    with dropped, mock.patch("torch.is_autocast_enabled", enabled):
        yield
    library._destroy()
