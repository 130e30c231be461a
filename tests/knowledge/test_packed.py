"""What a checkpoint that came quantized keeps of a weight."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.knowledge.models.packed import packed

ALL = ("linear", "experts")


@pytest.mark.parametrize(
    ("block", "size", "kinds"),
    [
        ({"quant_method": "gptq", "bits": 4, "group_size": 128}, (4 + 20 / 128) / 8, ALL),
        ({"quant_method": "AWQ", "bits": 8, "group_size": 32}, (8 + 24 / 32) / 8, ALL),
        ({"quant_method": "gptq"}, (4 + 20 / 128) / 8, ALL),  # as transformers takes it
        ({"quant_method": "gptq", "bits": 4, "group_size": -1}, (4 + 20 / 4096) / 8, ALL),  # one group a row
        ({"quant_method": "gptq", "bits": 40}, None, ALL),
        ({"quant_method": "gptq", "bits": True}, (4 + 20 / 128) / 8, ALL),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, 1.0, ALL),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, 0.5 + 1 / 64 + 4 / 16384, ALL),
        ({"quant_method": "fp8"}, 1 + 4 / 128**2, ALL),
        ({"quant_method": "mxfp4"}, 0.5 + 1 / 32, ("experts",)),
        ({"quant_method": "nvfp4"}, 0.5 + 1 / 16, ALL),
        ({"quant_method": "modelopt", "quant_algo": "fp8"}, 1.0, ALL),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, 0.5 + 1 / 16, ALL),
        ({"quant_method": "somebodys"}, None, ALL),
        ({}, None, ALL),
    ],
)
def test_bytes_of_a_weight_and_what_is_packed(block: dict[str, Any], size: float | None, kinds: tuple[str]) -> None:
    found = packed({"quantization_config": block})
    assert found is not None
    assert found.kinds == kinds
    assert found.size == (None if size is None else pytest.approx(size))


def test_what_is_no_block_is_no_format() -> None:
    assert packed({}) is None
    assert packed({"quantization_config": "fp8"}) is None
