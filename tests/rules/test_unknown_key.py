"""MW801: what a key means elsewhere comes before how it is spelled."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE, Plan
from wizard.review import review


def found(**values: Any) -> list[Finding]:
    return [one for one in review(Plan(values), None).findings if one.code == "MW801"]


def changes(**values: Any) -> dict[str, object]:
    (one,) = found(**values)
    assert one.fix is not None
    return {key: value for key, value in one.fix.changes.items() if value is not REMOVE}


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ({"use_qlora": True}, {"adapter": "qlora", "load_in_4bit": True}),
        ({"use_qlora": False}, {}),
        ({"optim": "adamw_bnb_8bit"}, {"optimizer": "adamw_bnb_8bit"}),
        ({"report_to": "wandb"}, {"use_wandb": True}),
        ({"report_to": ["wandb", "tensorboard"]}, {"use_wandb": True, "use_tensorboard": True}),
        ({"report_to": "none"}, {}),
        ({"lora_target": "all"}, {"lora_target_linear": True}),
        ({"lora_target": "q_proj, v_proj"}, {"lora_target_modules": ["q_proj", "v_proj"]}),
        ({"target_modules": "all-linear"}, {"lora_target_linear": True}),
        ({"target_modules": ["q_proj"]}, {"lora_target_modules": ["q_proj"]}),
        ({"flash_attn": "fa2"}, {"attn_implementation": "flash_attention_2"}),
        ({"bnb_4bit_quant_type": "nf4"}, {"bnb_config_kwargs": {"bnb_4bit_quant_type": "nf4"}}),
        ({"relora_steps": 150}, {"relora": True, "jagged_restart_steps": 150}),
        ({"logging_dir": "logs"}, {}),
    ],
)
def test_a_key_of_another_trainer_is_told_by_its_meaning(written: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert changes(**written) == wanted
    (one,) = found(**written)
    assert "did you mean" not in one.message
    assert one.fix is not None
    assert (one.fix.safety == "safe") is (wanted == {})


def test_a_block_keeps_what_it_has() -> None:
    made = changes(bnb_4bit_quant_type="nf4", bnb_config_kwargs={"llm_int8_threshold": 6.0})
    assert made == {"bnb_config_kwargs": {"llm_int8_threshold": 6.0, "bnb_4bit_quant_type": "nf4"}}


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"num_train_epochs": 3, "num_epochs": 4}, "num_epochs: 4 is written too"),
        ({"use_qlora": True, "adapter": "lora"}, "adapter: lora is written too"),
        ({"finetuning_type": "freeze"}, "unfrozen_parameters"),
        ({"cutoff_len": "long"}, "sequence_len takes a whole number"),
        ({"dataset_path": "data.jsonl"}, "`path` of an entry of datasets"),
    ],
)
def test_what_a_person_has_to_decide_is_said_and_not_guessed(written: dict[str, Any], says: str) -> None:
    (one,) = found(**written)
    assert one.fix is None
    assert "a person has to decide: " in one.message
    assert says in one.message


def test_a_spelling_is_a_guess_and_a_meaning_is_none() -> None:
    (near,) = found(gradient_checkpoint=True)
    assert near.fix is not None
    assert near.fix.guess
    (meant,) = found(lora_rank=8)
    assert meant.fix is not None
    assert not meant.fix.guess
