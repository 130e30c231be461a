"""flash-attn and flex attention on a CPU: the same functions, computed plainly, so that files with them can be run."""

from __future__ import annotations

import importlib.machinery
import sys
import types
from typing import Any


def flash_attn_func(  # noqa: PLR0913, PLR0917 (its own names: transformers asks which there are)
    q: Any, k: Any, v: Any, dropout_p: float = 0.0, softmax_scale: float | None = None, causal: bool = False,
    window_size: tuple[int, int] = (-1, -1), softcap: float = 0.0, alibi_slopes: Any = None,
    deterministic: bool = False, return_attn_probs: bool = False,
) -> Any:  # fmt: skip
    """Attention over (batch, length, heads, size), aligned at the end and in one piece as flash-attn does it."""
    import torch

    refuse(q)
    repeat = q.shape[2] // k.shape[2]
    q, k, v = (one.transpose(1, 2) for one in (q, k, v))
    k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
    rows = torch.arange(q.shape[2])[:, None] + k.shape[2] - q.shape[2]
    columns = torch.arange(k.shape[2])[None, :]
    seen = torch.ones(q.shape[2], k.shape[2], dtype=torch.bool)
    if causal:
        seen &= columns <= rows
    if window_size[0] >= 0:
        seen &= columns >= rows - window_size[0]
    if window_size[1] >= 0:
        seen &= columns <= rows + window_size[1]
    scores = q @ k.transpose(2, 3) * (softmax_scale or q.shape[-1] ** -0.5)
    if softcap:
        scores = softcap * torch.tanh(scores / softcap)
    weights = torch.softmax(scores.masked_fill(~seen, float("-inf")), dim=-1)
    return (weights @ v).transpose(1, 2).contiguous()


def flash_attn_varlen_func(  # noqa: PLR0913, PLR0917
    q: Any, k: Any, v: Any, cu_seqlens_q: Any, cu_seqlens_k: Any, max_seqlen_q: int, max_seqlen_k: int,
    dropout_p: float = 0.0, softmax_scale: float | None = None, causal: bool = False,
    window_size: tuple[int, int] = (-1, -1), softcap: float = 0.0, alibi_slopes: Any = None,
    deterministic: bool = False, return_attn_probs: bool = False, block_table: Any = None,
) -> Any:  # fmt: skip
    """The same for rows that stand one behind the other: (tokens, heads, size)."""
    import torch

    ends_q, ends_k = cu_seqlens_q.tolist(), cu_seqlens_k.tolist()
    given: dict[str, Any] = {
        "softmax_scale": softmax_scale,
        "causal": causal,
        "window_size": window_size,
        "softcap": softcap,
    }
    found = []
    for begin_q, end_q, begin_k, end_k in zip(ends_q, ends_q[1:], ends_k, ends_k[1:], strict=False):
        row = q[None, begin_q:end_q], k[None, begin_k:end_k], v[None, begin_k:end_k]
        found.append(flash_attn_func(*row, **given)[0])
    return torch.cat(found)


def refuse(q: Any) -> None:
    """What flash-attn refuses of the shapes that small models keep."""
    if q.shape[-1] > 256:
        raise RuntimeError("FlashAttention forward only supports head dimension at most 256")


def put_in() -> None:
    """flash-attn as a module, and transformers told that it is there; flex attention without a compiler."""
    _flash_attn()
    _flex_attention()


def _flash_attn() -> None:
    import transformers.modeling_flash_attention_utils as used

    package, padding = types.ModuleType("flash_attn"), types.ModuleType("flash_attn.bert_padding")
    for one in (package, padding):
        one.__spec__ = importlib.machinery.ModuleSpec(one.__name__, None)
    package.__path__ = []
    package.__version__ = "2.8.3"  # type: ignore[attr-defined]
    package.flash_attn_func, package.flash_attn_varlen_func = flash_attn_func, flash_attn_varlen_func  # type: ignore[attr-defined]
    package.flash_attn_with_kvcache = None  # type: ignore[attr-defined]
    padding.pad_input, padding.unpad_input = used._pad_input, used._unpad_input  # type: ignore[attr-defined]
    sys.modules |= {"flash_attn": package, "flash_attn.bert_padding": padding}
    for module in [*sys.modules.values()]:
        for name in (
            "is_flash_attn_2_available",
            "is_flash_attn_greater_or_equal",
            "is_flash_attn_greater_or_equal_2_10",
        ):
            if callable(getattr(module, "__dict__", {}).get(name)):
                setattr(module, name, lambda *_: True)
    matrix = getattr(used, "FLASH_ATTENTION_COMPATIBILITY_MATRIX", {})
    if 2 in matrix:
        matrix[2] |= {"general_availability_check": lambda *_: True, "pkg_availability_check": lambda *_: True}
        matrix[2]["supported_devices"] = ((lambda *_: True, "cpu"),)


def _flex_attention() -> None:
    import torch.nn.attention.flex_attention as flex

    if hasattr(flex, "_validate_device"):
        flex._validate_device = lambda *_: None
