"""How a written file is tried, or why it can't be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import FULL, LLAMA_1B, QLORA, machine, model
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.output.text.next_steps import doubt, trial
from wizard.review import Review, review

HERE = replace(machine("rtx-4090"), origin="probed")


def reviewed(on: Machine | None, base: dict[str, object] = QLORA) -> Review:
    whole = {
        **base,
        "base_model": LLAMA_1B,
        "learning_rate": 0.0002,
        "datasets": [{"path": "me/rows", "type": "alpaca"}],
    }
    return review(Plan(whole), model(LLAMA_1B), on)


def test_where_axolotl_and_a_gpu_are_it_is_offered() -> None:
    said = trial("my config.yml", reviewed(HERE), axolotl=True)
    assert said.startswith("try it for two minutes first")
    assert said.endswith("memwizard run 'my config.yml' --smoke")


@pytest.mark.parametrize(
    ("on", "axolotl", "why"),
    [
        (HERE, False, "Axolotl is not installed here"),
        (machine("rtx-4090"), True, "it is for another machine"),
        (None, True, "no GPU is known here"),
        (replace(HERE, gpus=()), True, "no GPU is here"),
    ],
)
def test_where_it_can_not_be_tried_the_sentence_says_why(on: Machine | None, axolotl: bool, why: str) -> None:
    assert f"it can't be tried from here: {why}; " in trial("my.yml", reviewed(on), axolotl=axolotl)


def test_what_run_would_refuse_is_not_offered() -> None:
    small = replace(machine("8GiB"), origin="probed")
    big = review(Plan(FULL), model(), small)
    assert "it can't be tried from here: errors are left in it; " in trial("my.yml", big, axolotl=True)


def test_a_plan_that_axolotl_refuses_is_said_to_be_one() -> None:
    refused = reviewed(HERE, {**QLORA, "optimizer": "muon", "deepspeed": "deepspeed_configs/zero2.json"})
    assert "✗ An error is left in it" in doubt(refused)
    assert "MW525: optimizer: muon with deepspeed: Axolotl refuses it." in doubt(refused)
    assert doubt(reviewed(HERE)) == ""


def test_a_plan_that_does_not_fit_is_not_told_twice() -> None:
    said = doubt(reviewed(machine("8GiB"), FULL))
    assert said.startswith("✗ It does not fit")
    assert "MW901" not in said
