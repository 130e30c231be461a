"""The base model's weights as they lie on the GPU."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model, Tensor

NF4_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
"""One 4-bit code, a one-byte scale for 64 of them, an fp32 scale for 256 of those (bitsandbytes 0.49)."""

NF4_TABLES = 2560
"""The code tables and offset beside each quantized tensor, rounded up to the allocator's 512 bytes."""


def element_bytes(settings: Effective) -> int:
    """Bytes of one unquantized weight as loaded."""
    return 4 if settings.weights_fp32 else 2


def tensor_bytes(tensor: Tensor, settings: Effective) -> float:
    """Bytes of all tensors of one kind.

    QLoRA quantizes every linear layer but lm_head; stacked experts are plain parameters, which
    bitsandbytes leaves alone unless `quantize_moe_experts` is set, and PEFT mostly turns to fp32. A base that came
    quantized stays as stored.
    """
    quantized = tensor.kind == "linear" or (tensor.kind == "experts" and settings.quantize_experts)
    if quantized and settings.quantization == "nf4":
        return tensor.count * (tensor.numel * NF4_BYTES + NF4_TABLES)
    if quantized and settings.quantization == "int8":
        rows = tensor.numel / tensor.shape[-1] if tensor.kind == "experts" else tensor.shape[0]
        return tensor.count * (tensor.numel + 4 * rows)
    if settings.stored and tensor.kind in settings.stored.kinds and settings.stored.size is not None:
        return tensor.total * settings.stored.size
    if settings.leftovers_fp32 and tensor.kind == "experts":
        return tensor.total * 4
    if settings.embeddings_fp32 and tensor.kind in ("embedding", "head", "norm"):
        return tensor.total * 4
    return tensor.total * element_bytes(settings)


def weight_bytes(model: Model, settings: Effective) -> float:
    """Bytes of the whole base model on one GPU, before any sharding."""
    return sum(tensor_bytes(tensor, settings) for tensor in model.tensors)
