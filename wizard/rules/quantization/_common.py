"""What several rules on quantization share."""

from __future__ import annotations

DTYPES = ("int4", "int8", "float8_e4m3fn", "fp8", "float8", "nvfp4", "mxfp4", "ternary")
"""What `qat` and `quantization` take as a dtype."""


def dtype(value: object) -> object:
    """The name under which Axolotl knows a dtype."""
    return "float8_e4m3fn" if value in ("fp8", "float8") else value
