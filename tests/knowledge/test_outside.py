"""Models outside the catalogue: what their id tells of them, and what is told where no more is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import wizard.knowledge.axolotl as folder
from tests.builders import LORA, machine, plan
from wizard.domain.version import Version
from wizard.fit.adapt import adapt
from wizard.knowledge.axolotl.architectures import failure, is_tried
from wizard.knowledge.axolotl.packages import type_packages
from wizard.knowledge.axolotl.settings import without_loss
from wizard.knowledge.axolotl.unfit import unfit
from wizard.knowledge.load import toml
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import find
from wizard.knowledge.models.outside import type_of
from wizard.review import codes, review, stopping
from wizard.world.presets import preset

TYPES: dict[str, list[str]] = toml("models/outside")["types"]
TRIED: dict[str, dict[str, dict[str, str]]] = json.loads(
    (Path(folder.__file__).parent / "architectures_outside.json").read_text(encoding="utf-8")
)
NEWEST = Version(0, 21)
VOXTRAL = {
    "model_type": "voxtral", "audio_token_id": 24,
    "audio_config": {"model_type": "voxtral_encoder", "hidden_size": 64, "num_hidden_layers": 2},
    "text_config": {
        "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "vocab_size": 512,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
    },
}  # fmt: skip


def test_no_id_is_of_the_catalogue_or_named_twice() -> None:
    ids = [name.lower() for names in TYPES.values() for name in names]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if find(name)] == []


def test_every_type_that_an_id_stands_for_is_one_that_something_is_told_of() -> None:
    told = without_loss("cut", "stops") | set(TRIED["0.21.0"]) | {"voxtral"}
    silent = [one for one in TYPES if one not in told and not unfit(one, NEWEST) and not type_packages(one, NEWEST)]
    assert silent == []


def test_what_was_tried_outside_is_of_no_architecture_of_the_catalogue() -> None:
    assert [kind for rows in TRIED.values() for kind in rows if is_tried(kind)] == []


def test_an_id_is_known_without_regard_to_case() -> None:
    assert type_of("MistralAI/voxtral-mini-3b-2507/") == "voxtral"
    assert type_of("mistralai/Voxtral") is None


@pytest.mark.parametrize(
    ("base", "changes", "told"),
    [
        ("mistralai/Voxtral-Small-24B-2507", {}, {"MW984"}),
        ("LiquidAI/LFM2-VL-450M", {"attn_implementation": "flash_attention_2"}, {"MW495"}),
        ("LiquidAI/LFM2-VL-450M", {"attn_implementation": "flash_attention_2", "trust_remote_code": True}, set()),
        ("LiquidAI/LFM2-VL-450M", {}, set()),
        ("OpenGVLab/InternVL3_5-8B-HF", {"processor_type": "AutoProcessor"}, {"MW984"}),
        ("OpenGVLab/InternVL3_5-8B-HF", {"processor_type": "AutoProcessor", "chat_template": "qwen2_vl"}, set()),
        ("OpenGVLab/InternVL3_5-8B-HF", {"processor_type": "AutoProcessor", "rl": "dpo"}, set()),
        ("OpenGVLab/InternVL3_5-8B-HF", {"processor_type": "AutoProcessor", "reward_model": True}, set()),
        ("HuggingFaceTB/SmolVLM2-2.2B-Instruct", {"processor_type": "AutoProcessor"}, {"MW984"}),
        ("HuggingFaceTB/SmolVLM2-2.2B-Instruct", {}, set()),
        ("Salesforce/blip2-opt-2.7b", {}, {"MW984"}),
        ("Salesforce/blip2-opt-2.7b", {"processor_type": "AutoProcessor"}, set()),
        ("mistralai/Voxtral-Mini-3B-2507", {"trust_remote_code": True}, {"MW984"}),
        ("EleutherAI/gpt-j-6B", {"attn_implementation": "sdpa"}, {"MW495"}),
        ("moonshotai/Kimi-Linear-48B-A3B-Instruct", LORA | {"lora_target_linear": True}, {"MW380"}),
        ("allenai/Olmo-Hybrid-7B", {"attn_implementation": "sdpa", "sample_packing": True}, {"MW496"}),
    ],
)
def test_by_its_id_alone(base: str, changes: dict[str, object], told: set[str]) -> None:
    asked = {"MW380", "MW395", "MW495", "MW496", "MW984"}
    found = review(plan({"bf16": "auto", **changes, "base_model": base}), None, machine("h100-80gb"))
    assert codes(stopping(found.findings)) & asked == told


def test_a_version_where_it_works_is_told_nothing() -> None:
    assert failure("olmo_hybrid", "packing_sdpa", Version(0, 19)) is None
    assert failure("olmo_hybrid", "packing_sdpa", NEWEST) is not None


@pytest.mark.parametrize("name", ["full-24gb", "qlora-24gb"])
def test_a_preset_on_voxtral_gets_the_loss_that_it_trains_with(name: str) -> None:
    model, gpu = build(VOXTRAL, "./voxtral"), machine("h100-80gb")
    suited = adapt(preset(name).plan.changed({"base_model": "./voxtral"}), model, gpu)
    assert suited.get("cut_cross_entropy") is True
    assert "MW984" not in codes(review(suited, model, gpu).findings)


def test_pairs_of_preferences_get_no_loss_of_the_next_token() -> None:
    model, gpu = build(VOXTRAL, "./voxtral"), machine("h100-80gb")
    suited = adapt(preset("dpo-qlora-24gb").plan.changed({"base_model": "./voxtral"}), model, gpu)
    assert "cut_cross_entropy" not in suited
    assert "MW984" in codes(review(suited, model, gpu).findings)
