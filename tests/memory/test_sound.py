"""Sound in the rows: a reason why the range is wide, where the tower that hears it is trained."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import FULL, LORA, plan
from wizard.domain.media import CLIP_SECONDS, TOKENS_A_SECOND, clip_tokens
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate

HEARS, SEES = "google/gemma-4-E2B", "Qwen/Qwen2.5-VL-3B-Instruct"
IMAGES = {"processor_type": "AutoProcessor", "image_size": 512}
SIMULATED = 2706 * 2**20
"""A full fine-tune of E2B with a clip of 30 s in a row against one without: what stays, and the states in 8 bits; of
these and the gradients alone, 1,182 MiB (benchmarks/truth, torch 2.13, transformers 5.20.1)."""


def more(name: str, **changes: Any) -> int:
    found = estimate(plan({**FULL, "optimizer": "adamw_8bit", **IMAGES}, **changes), built(name))
    return sum(cause.more for cause in found.causes if cause.name.startswith("sound"))


def test_a_tower_that_is_trained_takes_gradients_states_and_what_it_keeps() -> None:
    assert more(HEARS) > SIMULATED
    two, one = more(HEARS, micro_batch_size=2), more(HEARS)
    assert two - one == pytest.approx(2109 * 2**20, rel=0.03)  # of 30 s of sound, at 70.3 MiB a second


def test_where_nothing_of_it_is_kept_it_takes_nothing() -> None:
    language = r"model.language_model.layers.[\d]+.(mlp|self_attn).(up|down|gate|q|k|v|o)_proj"
    frozen = {**LORA, "lora_target_linear": False, "lora_target_modules": language}
    assert more(HEARS, freeze_mm_modules=True) == 0
    assert more(HEARS, **frozen) == 0
    assert more(HEARS, processor_type=None) == 0
    assert more(SEES) == 0
    assert more(HEARS, **LORA) > 0


def test_a_clip_is_as_long_as_the_processor_leaves_it() -> None:
    assert [clip_tokens(one) for one in (0.0, 1.0, 2.01, 30.0, 3600.0)] == [0, 25, 51, 750, 750]
    assert clip_tokens(CLIP_SECONDS) == CLIP_SECONDS * TOKENS_A_SECOND
