"""The base model's weights as they lie on the GPU."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model, Tensor

NF4_SCALES = 1 / 64 + 4 / (64 * 256)
"""A one-byte scale for 64 weights, an fp32 scale for 256 of those (bitsandbytes 0.49)."""

NF4_BYTES = 0.5 + NF4_SCALES
"""With them, one 4-bit code."""

NF4_TABLES = 2560
"""The code tables and offset beside each quantized tensor, rounded up to the allocator's 512 bytes."""


def element_bytes(settings: Effective) -> int:
    """Bytes of one unquantized weight as loaded."""
    return 4 if settings.weights_fp32 else 2


def embedding_bytes(settings: Effective) -> int:
    """Bytes of an element of embeddings and norms as they are computed with, and of what embeddings give."""
    return 4 if settings.embeddings_fp32 or settings.weights_fp32 else 2


def stored_bytes(tensor: Tensor, settings: Effective) -> float:
    """Bytes of all tensors of one kind as they are kept, which may be wider than they are gathered."""
    if settings.embeddings_stored_fp32 and tensor.kind in ("embedding", "head", "norm"):
        return tensor.total * 4
    return tensor_bytes(tensor, settings)


def tensor_bytes(tensor: Tensor, settings: Effective) -> float:
    """Bytes of all tensors of one kind, as they are computed with.

    QLoRA quantizes every linear layer but lm_head; stacked experts are plain parameters, which
    bitsandbytes leaves alone unless `quantize_moe_experts` is set, and PEFT mostly turns to fp32. A base that came
    quantized stays as stored. One that was to be rounded and was not is turned to fp32 whole.
    """
    quantized = rounded(tensor, settings)
    if quantized and settings.quantization == "nf4":
        return tensor.count * (tensor.numel * NF4_BYTES + NF4_TABLES)
    if quantized and settings.quantization == "int8":
        return tensor.count * (tensor.numel + 4 * _rows(tensor))
    if settings.stored and tensor.kind in settings.stored.kinds and settings.stored.size is not None:
        return tensor.total * settings.stored.size
    if settings.base_fp32 and tensor.kind not in ("embedding", "head", "norm"):
        return tensor.total * 4
    if settings.leftovers_fp32 and (tensor.kind == "experts" or _spared(tensor, settings)):
        return tensor.total * 4
    if settings.embeddings_fp32 and tensor.kind in ("embedding", "head", "norm"):
        return tensor.total * 4
    return tensor.total * element_bytes(settings)


def data_bytes(tensor: Tensor, settings: Effective) -> float:
    """Bytes of one tensor of this kind without what lies beside it: scales and tables."""
    if rounded(tensor, settings) and settings.quantization != "none":
        return tensor.numel * (0.5 if settings.quantization == "nf4" else 1.0)
    return tensor_bytes(tensor, settings) / tensor.count


def rounded(tensor: Tensor, settings: Effective) -> bool:
    """Whether quantization takes tensors of this kind, where there is one."""
    return (tensor.kind == "linear" and not _spared(tensor, settings)) or (
        tensor.kind == "experts" and settings.quantize_experts
    )


def _spared(tensor: Tensor, settings: Effective) -> bool:
    return bool(tensor.spared) and tensor.spared in ("all", settings.quantization)


def _rows(tensor: Tensor) -> float:
    return tensor.numel / tensor.shape[-1] if tensor.kind == "experts" else tensor.shape[0]


def scale_bytes(model: Model, settings: Effective) -> float:
    """Bytes of the scales and tables beside quantized weights.

    FSDP and ZeRO divide parameters, and these are none: each GPU keeps them whole (`Linear4bit.quant_state`, to which
    axolotl 0.19 to 0.21 monkeypatch/fsdp2_qlora.py points every part; so in benchmarks/truth/ranks.jsonl).
    """
    if settings.quantization == "none":
        return 0.0
    beside = [one for one in model.tensors if rounded(one, settings)]
    if settings.quantization == "nf4":
        return sum(one.count * (one.numel * NF4_SCALES + NF4_TABLES) for one in beside)
    return sum(4.0 * one.count * _rows(one) for one in beside)


def weight_bytes(model: Model, settings: Effective) -> float:
    """Bytes of the whole base model on one GPU, before any sharding."""
    return sum(stored_bytes(tensor, settings) for tensor in model.tensors)
