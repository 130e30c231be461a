"""Files of other trainers: keys that say one thing together, in whichever order they are written."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.migrate.corpus import migrated, read

START = "base_model: HuggingFaceTB/SmolLM2-135M\nlearning_rate: 0.0002\n"


def settled(*lines: str) -> dict[str, object]:
    """What one run makes of the lines in each order; a second run changes nothing."""
    found: list[dict[str, object]] = []
    for order in permutations(lines):
        made = migrated(START + "\n".join(order) + "\n")
        again = migrated(made.text)
        assert again.text == made.text
        assert again.moves == ()
        plan = read(made.text)
        found.append({key: plan.values[key] for key in plan if key not in ("base_model", "learning_rate")})
    assert all(one == found[0] for one in found)
    return found[0]


def test_lora_of_llama_factory_in_4_bits_is_qlora_with_its_default_alpha() -> None:
    made = settled("finetuning_type: lora", "quantization_bit: 4", "lora_rank: 32", "lora_target: all")
    assert made == {
        "adapter": "qlora", "load_in_4bit": True, "lora_r": 32, "lora_alpha": 64, "lora_target_linear": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["finetuning_type: lora"], {"adapter": "lora", "lora_r": 8, "lora_alpha": 16}),
        (["finetuning_type: lora", "lora_rank: 64", "lora_alpha: 1"],
         {"adapter": "lora", "lora_r": 64, "lora_alpha": 1}),
        (["finetuning_type: full", "quantization_bit: 8"], {"load_in_8bit": True}),
        (["use_lora: true", "load_in_4bit: true"], {"adapter": "qlora", "load_in_4bit": True}),
        (["use_lora: true", "use_4bit: true"], {"adapter": "qlora", "load_in_4bit": True}),
        (["peft_type: LORA", "r: 16"], {"adapter": "lora", "lora_r": 16, "lora_alpha": 8}),
        (["stage: dpo", "pref_loss: orpo"], {"rl": "orpo"}),
        (["stage: dpo", "pref_loss: simpo"], {"rl": "simpo"}),
        (["stage: dpo", "pref_loss: sigmoid"], {"rl": "dpo"}),
        (["stage: dpo", "pref_loss: ipo"], {"rl": "dpo", "dpo_loss_type": ["ipo"]}),
        (["stage: dpo", "rl: ipo"], {"rl": "dpo", "dpo_loss_type": ["ipo"]}),
        (["stage: grpo"], {"rl": "grpo"}),
        (["lora_target: 'q_proj, v_proj ,'", "adapter: lora"],
         {"adapter": "lora", "lora_target_modules": ["q_proj", "v_proj"]}),
        (["additional_target: 'embed_tokens, '"], {"lora_modules_to_save": ["embed_tokens"]}),
        (["additional_target: ''"], {}),
        (["additional_target: []"], {}),
    ],
)  # fmt: skip
def test_what_keys_say_together(lines: list[str], wanted: dict[str, object]) -> None:
    assert settled(*lines) == wanted


@pytest.mark.parametrize("lines", ["finetuning_type: lora\nload_in_4bit: true", "use_4bit: true"])
def test_a_written_lora_in_4_bits_is_to_decide(lines: str) -> None:
    made = migrated(f"{START}adapter: lora\n{lines}\n")
    assert any("adapter: lora is written too" in said for said, _ in made.open)


def test_a_scaling_of_one_word_is_to_decide() -> None:
    made = migrated(START + "rope_scaling: linear\nmax_packed_sequence_len: 2048\n")
    plan = read(made.text)
    assert plan.get("rope_scaling") == "linear"
    assert plan.get("overrides_of_model_config") is None
    assert plan.get("sample_packing") is True
    assert any("which rope_type and factor" in said for said, _ in made.open)


def test_keys_of_an_adapter_that_none_names_are_to_decide() -> None:
    lines = "r: 16\nlora_alpha: 32\ntarget_modules: [q_proj, v_proj]\n"
    made = migrated(START + lines)
    assert [finding.fields for _, finding in made.open if finding.code == "MW842"] == [
        ("lora_r", "lora_alpha", "lora_target_modules", "adapter")
    ]
    named = migrated(START + lines + "peft_type: LORA\n")
    assert [finding for _, finding in named.open if finding.code == "MW842"] == []
