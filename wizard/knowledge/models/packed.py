"""How an already quantized checkpoint stores a weight, by its `quantization_config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.domain.model import Packed

_NF4 = 0.5 + 1 / 64 + 4 / (64 * 256)


def packed(config: Mapping[str, Any]) -> Packed | None:
    """The method and the bytes of one weight; None for plain weights. Sizes that are not said are None.

    Sources: the formats' own: GPTQ and AWQ keep a 16-bit scale and a zero point for each group; MXFP4 a byte for 32
    values (OCP Microscaling 1.0), NVFP4 one for 16; FP8 in blocks of 128 x 128 an fp32 scale each.
    """
    block = config.get("quantization_config")
    if not isinstance(block, Mapping):
        return None
    method = str(block.get("quant_method") or "unknown").lower()
    return Packed(method, _size(method, block), ("experts",) if method == "mxfp4" else ("linear", "experts"))


def _size(method: str, block: Mapping[str, Any]) -> float | None:
    if method in ("gptq", "awq"):
        bits, group = _number(block.get("bits"), 4), _number(block.get("group_size"), 128)
        if not 1 <= bits <= 16:  # no such format: what a weight takes is not known
            return None
        return bits / 8 + (16 + bits) / 8 / (min(group, 4096) if group > 0 else 4096)
    if method == "bitsandbytes":
        return 1.0 if block.get("load_in_8bit") is True else _NF4
    if method in ("fp8", "fbgemm_fp8", "finegrained_fp8"):
        return 1.0 + 4 / (128 * 128)
    if method == "mxfp4":
        return 0.5 + 1 / 32
    if method in ("nvfp4", "modelopt"):
        return 1.0 if "FP8" in str(block.get("quant_algo")).upper() else 0.5 + 1 / 16
    return None


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
