"""Rows with images: what the tower keeps, when, and how wide the range is."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.accuracy.rows import ROOT, Row, read_all
from benchmarks.accuracy.score import score
from tests.builders import LORA, plan
from wizard.axolotl.effective import effective
from wizard.axolotl.targets import adapted
from wizard.domain.estimate import Estimate
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate
from wizard.memory.terms import terms
from wizard.memory.tower import images

QWEN = "Qwen/Qwen2.5-VL-7B-Instruct"
LANGUAGE = r"model.language_model.layers.[\d]+.(mlp|self_attn).(up|down|gate|q|k|v|o)_proj"
IMAGES: dict[str, Any] = {
    **LORA,
    "processor_type": "AutoProcessor",
    "image_size": [1024, 768],
    "lora_target_linear": False,
    "lora_target_modules": LANGUAGE,
}


def _estimate(model: str = QWEN, **changes: Any) -> Estimate:
    return estimate(plan({**IMAGES, **changes}), built(model))


def _kept(name: str, **changes: Any) -> float:
    model = built(name)
    return images(model, effective(plan({**IMAGES, **changes}), model, None)).kept


def test_simulated_rows_are_met() -> None:
    rows, apart = read_all([ROOT / "truth" / "images.jsonl"])
    assert len(rows) >= 110
    assert not apart
    assert {row.kind for row in rows} == {"images"}
    errors = sorted(one.error for one in score(rows))
    sizes = sorted(map(abs, errors))
    assert sizes[len(sizes) // 2] < 0.02
    assert sizes[-1] < 0.08
    assert errors[0] > -0.03
    assert all(_high(row) >= row.bytes for row in rows)


def _high(row: Row) -> int:
    return estimate(row.plan, row.model, row.machine).allocated.high


def test_the_text_of_a_model_with_images_is_adapted_by_its_whole_path() -> None:
    text: dict[str, Any] = {"processor_type": None, "image_size": None, "gradient_checkpointing": False}
    by_path = _estimate(**text)
    by_name = _estimate(**text, lora_target_modules=["q_proj", "k_proj", "v_proj", "o_proj"])
    lora = effective(plan(IMAGES), built(QWEN), None).lora
    assert lora is not None
    assert adapted(built(QWEN), lora)
    assert by_path.components["activations"] > by_name.components["activations"]


def test_a_frozen_tower_keeps_its_layers_inputs_only_where_checkpointing_asks_for_gradients() -> None:
    assert _kept(QWEN) > 32 * 3996 * 1280 * 2
    assert _kept(QWEN, gradient_checkpointing=False) == 0
    assert _kept("Qwen/Qwen3-VL-8B-Instruct") == 0  # its tower does not say what its input embeddings are


def test_freezing_takes_the_towers_gradients_away() -> None:
    whole: dict[str, Any] = {"adapter": None, "lora_target_modules": None, "lora_r": None}
    trained, frozen = _estimate(**whole), _estimate(**whole, freeze_mm_modules=True)
    tower = sum(tensor.total for tensor in built(QWEN).tensors if tensor.tower)
    assert trained.trainable - frozen.trainable == tower


def test_sizes_that_nothing_tells_widen_the_range_up_to_the_processors_most() -> None:
    told, untold = _estimate(), _estimate(image_size=None)
    assert not any(cause.name == "how large images are" for cause in told.causes)
    (cause,) = [cause for cause in untold.causes if cause.name == "how large images are"]
    assert cause.more > 0
    largest = _estimate(image_size=list(built(QWEN).images.largest))  # type: ignore[union-attr]
    assert untold.allocated.high >= largest.allocated.likely
    assert any("up to 16384 for larger ones" in text for text in untold.assumptions)


def test_every_size_is_one_for_a_processor_that_makes_them_so() -> None:
    found = _estimate("google/gemma-3-4b-pt", image_size=None)
    assert not any(cause.name == "how large images are" for cause in found.causes)
    assert "one image a row, 256 tokens whatever its size" in found.assumptions


def test_a_tower_that_is_not_known_is_said_and_widens() -> None:
    found = _estimate("zai-org/GLM-4.6V-Flash")
    assert any("tower" in cause.name for cause in found.causes)
    assert any("not in this estimate" in text for text in found.warnings)


def test_an_image_longer_than_the_row_makes_the_row_longer() -> None:
    model = built(QWEN)
    settings = effective(plan({**IMAGES, "sequence_len": 512}), model, None)
    assert settings.tokens >= 999


@pytest.mark.parametrize("name", [QWEN, "google/gemma-3-4b-pt", "mistralai/Ministral-3-3B-Base-2512"])
def test_the_terms_add_up(name: str) -> None:
    settings, model = plan(IMAGES), built(name)
    made = estimate(settings, model)
    found = terms(model, effective(settings, model, None), made)
    for component, size in made.components.items():
        given = sum(term.size for term in found if term.component == component)
        assert given == pytest.approx(size, abs=0.002 * made.allocated.likely), component


@pytest.mark.parametrize(("adapter", "item"), [("qlora", 4), ("lora", 2)])
def test_pixtrals_layers_run_in_fp32_where_peft_made_its_first_norm_so(adapter: str, item: int) -> None:
    """Axolotl turns back what has "norm" in its name; the norm is `ln_pre` (axolotl 0.21 loaders/model.py)."""
    name, changes = "mistralai/Ministral-3-3B-Base-2512", {"gradient_checkpointing": True, "lora_dropout": 0.0}
    everywhere = r".*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
    model = built(name)
    of = plan(
        {**IMAGES, **changes, "base_model": name, "adapter": adapter, "lora_target_modules": everywhere},
        load_in_4bit=adapter == "qlora",
    )
    settings = effective(of, model, None)
    assert model.tower is not None
    assert model.images is not None
    patches = model.images.seen(1024, 768).patches * settings.sequences
    inputs = item * model.tower.width * patches * model.tower.layers
    assert 0.9 * inputs < images(model, settings).kept < 1.4 * inputs
