"""Bases that came quantized: what transformers leaves packed once the model trains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import LORA, model, plan
from wizard.domain.model import Model, Packed
from wizard.memory import estimate
from wizard.review import review

MIXTURE = "Qwen/Qwen3-30B-A3B"
DENSE = "Qwen/Qwen2.5-7B"


def came(name: str, method: str, size: float | None, **about: Any) -> Model:
    """The same model as a checkpoint that this method packed."""
    return replace(model(name), packed=Packed(method, size, ("linear", "experts")), **about)


def weights(base: Model) -> int:
    return estimate(plan(LORA), base).components["weights"]


@pytest.mark.parametrize("method", ["gptq", "awq"])
def test_stacked_experts_do_not_stay_packed_where_only_linear_layers_are_replaced(method: str) -> None:
    """transformers 5 keeps experts as one parameter, and both replace `nn.Linear` alone."""
    base = came(MIXTURE, method, 0.53)
    experts = sum(one.total for one in base.tensors if one.kind == "experts")
    assert weights(base) > 2 * experts
    assert weights(base) < weights(model(MIXTURE))  # the attention stays packed
    assert any("experts" in said and method in said for said in _said(base))


@pytest.mark.parametrize("method", ["gptq", "awq", "bitsandbytes", "fp8"])
def test_linear_layers_stay_packed(method: str) -> None:
    assert weights(came(DENSE, method, 0.53)) < 0.5 * weights(model(DENSE))
    assert not _said(came(DENSE, method, 0.53))


@pytest.mark.parametrize("name", [DENSE, MIXTURE])
def test_the_first_forward_unpacks_what_compressed_tensors_packed(name: str) -> None:
    base = came(name, "compressed-tensors", None, stored_bytes=int(0.6 * model(name).parameters))
    assert weights(base) == weights(model(name))
    assert any("compressed-tensors" in said for said in _said(base))


def test_gptq_keeps_each_weight_that_its_product_unpacked_for_the_backward() -> None:
    """gptqmodel's layers multiply in plain PyTorch while they train, and autograd keeps what it multiplied with."""
    gptq, nf4 = (came(DENSE, method, 0.53) for method in ("gptq", "bitsandbytes"))
    linear = sum(one.total for one in gptq.tensors if one.kind == "linear")
    kept = _backward(gptq, checkpointing=False) - _backward(nf4, checkpointing=False)
    assert kept == pytest.approx(2 * linear, rel=0.05)
    range_of = estimate(plan(LORA, gradient_checkpointing=False), gptq).allocated
    assert range_of.low < range_of.likely - 1.9 * linear  # kernels that are not made for training keep none
    kept = _backward(gptq, checkpointing=True) - _backward(nf4, checkpointing=True)
    assert linear / gptq.layers < kept < 2 * linear / gptq.layers  # of the layer that is made again


def _backward(base: Model, *, checkpointing: bool) -> float:
    """Of short rows, whose loss is small."""
    return estimate(plan(LORA, sequence_len=64, gradient_checkpointing=checkpointing), base).phases["backward"]


def _said(base: Model) -> list[str]:
    found = review(plan(LORA), base, None).estimate
    assert found is not None
    return [said for said in found.warnings if base.packed and base.packed.method in said]
