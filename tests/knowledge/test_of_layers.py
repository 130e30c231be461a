"""What single layers of a model have, and what its config has: both follow the catalogue."""

from __future__ import annotations

from collections import Counter

import pytest

from wizard.knowledge.models.catalogue import built, catalogue, layers_of
from wizard.knowledge.models.config_names import config_names


@pytest.mark.parametrize("name", catalogue())
def test_the_layers_one_by_one_are_those_of_the_whole_model(name: str) -> None:
    model, layers = built(name), layers_of(name)
    assert len(layers) == model.layers
    within = Counter(
        {
            tensor.path.removeprefix(f"{model.layer_path}."): 0
            for tensor in model.tensors
            if tensor.path.startswith(f"{model.layer_path}.") and not tensor.tower
        }
    )
    for tensor in model.tensors:
        inside = tensor.path.removeprefix(f"{model.layer_path}.")
        if inside in within and tensor.kind != "bias":
            within[inside] += tensor.count
    counted = Counter(one for names in layers for one in names)
    assert {one: count for one, count in within.items() if count} == {
        one: counted[one] for one in within if within[one]
    }


def test_layers_that_attend_are_told_from_those_that_convolve() -> None:
    attend = [place for place, names in enumerate(layers_of("LiquidAI/LFM2-1.2B")) if "self_attn.q_proj" in names]
    assert attend == [2, 5, 8, 10, 12, 14]


def test_of_each_architecture_the_names_of_its_config_are_known() -> None:
    missing = {built(name).architecture for name in catalogue() if config_names(built(name).architecture) is None}
    assert not missing, "run `python -m scripts.config_names`"
    assert "num_hidden_layers" in (config_names("qwen3") or ())
    assert "attention_dropuot" not in (config_names("qwen3") or ())
    assert config_names("nobody") is None
