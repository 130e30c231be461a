"""Answers that are generated while a model learns from them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import LLAMA_8B, LORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.units import GIB
from wizard.domain.version import Version
from wizard.memory import estimate
from wizard.memory.generation import while_generating

GRPO: dict[str, Any] = {**LORA, "rl": "grpo", "sequence_len": 512, "micro_batch_size": 2}
BESIDE = {"use_vllm": True, "vllm_mode": "colocate"}
CARD = 80 * GIB


def _estimate(version: str = "0.21", gpu: str | None = "h100-80gb", **changes: Any) -> Estimate:
    major, minor = version.split(".")
    one = plan(GRPO, **changes).for_axolotl(Version(int(major), int(minor)))
    return estimate(one, model(LLAMA_8B), machine(gpu) if gpu else None)


@pytest.mark.parametrize(
    ("version", "block", "share"),
    [
        ("0.21", {"gpu_memory_utilization": 0.85}, 0.85),
        ("0.19", {"gpu_memory_utilization": 0.85}, 0.85),
        ("0.21", {}, 0.3),
        ("0.19", {"max_model_len": 4096}, 0.9),
        ("0.20", {"max_model_len": 4096}, 0.9),
    ],
)
def test_vllm_in_the_same_process_takes_its_share_of_the_whole_card(
    version: str, block: dict[str, Any], share: float
) -> None:
    alone = _estimate(version, trl={"use_vllm": True, "vllm_mode": "server"})
    beside = _estimate(version, trl=BESIDE, vllm=block)
    total = machine("h100-80gb").total_bytes
    assert total is not None
    assert beside.allocated.likely - alone.allocated.likely == pytest.approx(share * total, abs=2)
    assert any(f"{share:.0%}" in text for text in beside.assumptions)


def test_what_does_not_share_a_card_is_over() -> None:
    found = _estimate(trl=BESIDE, vllm={"gpu_memory_utilization": 0.85})
    assert found.fit(machine("h100-80gb").free_bytes) == "over"


def test_a_vllm_that_sleeps_gives_its_memory_back_for_the_training() -> None:
    awake = _estimate(trl=BESIDE, vllm={"gpu_memory_utilization": 0.5})
    asleep = _estimate(trl={**BESIDE, "vllm_enable_sleep_mode": True}, vllm={"gpu_memory_utilization": 0.5})
    assert asleep.phases["backward"] < awake.phases["backward"] - 0.4 * CARD
    assert asleep.phases["forward"] > 0.5 * CARD
    assert asleep.device.high < 1.5 * asleep.device.likely


def test_a_server_takes_nothing_of_the_cards_while_it_answers() -> None:
    asked = {"max_completion_length": 4096, "num_generations": 8}
    served, here = (
        while_generating(model(LLAMA_8B), effective(plan(GRPO, trl=block), model(LLAMA_8B), machine("h100-80gb")))
        for block in ({**asked, "use_vllm": True, "vllm_mode": "server"}, {**BESIDE, "vllm_enable_sleep_mode": True})
    )
    assert served == 0
    assert here > 0


def test_a_share_of_an_unknown_card_is_said_to_be_missing() -> None:
    found = _estimate(gpu=None, trl=BESIDE, vllm={"gpu_memory_utilization": 0.5})
    assert any("not counted" in text for text in found.assumptions)


def test_transformers_keeps_keys_and_values_of_all_rows_at_once() -> None:
    few = _estimate(trl={"max_completion_length": 256, "steps_per_generation": 1})
    many = _estimate(trl={"max_completion_length": 8192, "steps_per_generation": 64})
    rows, tokens, kept = 2 * 64, 512 + 8192, 2 * 2 * 1024 * 32
    assert few.phases["forward"] < many.phases["forward"]
    assert many.phases["forward"] > rows * tokens * kept


def test_what_is_learnt_from_is_the_prompt_with_its_answer() -> None:
    short, long = (_estimate(trl={"max_completion_length": size}) for size in (256, 1536))
    assert long.phases["backward"] > short.phases["backward"]
    assert long.components["activations"] > 2 * short.components["activations"]
    assert any("prompts have up to 512 tokens" in text for text in long.assumptions)


def test_logits_are_those_of_the_answers_alone() -> None:
    prompts = [_estimate(sequence_len=size, trl={"max_completion_length": 2048}) for size in (256, 512)]
    logits = {one.components["logits"] for one in prompts}
    assert logits == {8 * 128256 * 2 * (2048 + 1)}


def test_a_reference_is_a_whole_model_in_fp32_or_a_second_adapter() -> None:
    free, held = ({"beta": beta, "max_completion_length": 256} for beta in (0.0, 0.04))
    parameters = model(LLAMA_8B).parameters
    alone, beside = (_estimate(adapter=None, trl=block).components["weights"] for block in (free, held))
    assert beside - alone == pytest.approx(4 * parameters, rel=0.001)
    once, twice = (_estimate(trl=block).components["adapter"] for block in (free, held))
    assert twice == 2 * once


def test_adapters_on_a_rounded_base_are_rounded_too() -> None:
    plain = _estimate(rl=None, adapter="qlora", load_in_4bit=True).components["adapter"]
    assert 2 * _estimate(adapter="qlora", load_in_4bit=True).components["adapter"] == plain


def test_older_trainers_write_more_logits_out() -> None:
    block = {"max_completion_length": 2048}
    assert _estimate("0.19", trl=block).phases["backward"] > _estimate("0.21", trl=block).phases["backward"]


def test_asked_for_in_pieces_there_are_no_logits() -> None:
    block = {"max_completion_length": 2048}
    pieces = _estimate(trl={**block, "use_liger_loss": True})
    assert pieces.phases["backward"] < _estimate(trl=block).phases["backward"]


@pytest.mark.parametrize("value", ["high", -3, 7, None, [0.5], True])
def test_a_share_that_is_none_raises_nothing(value: object) -> None:
    assert _estimate(trl=BESIDE, vllm={"gpu_memory_utilization": value}).allocated.likely > 0


LIGER = {"use_liger_loss": True, "beta": 0.04, "use_vllm": True, "vllm_mode": "server"}


@pytest.mark.parametrize(("version", "at_once"), [("0.21", True), ("0.20", False), ("0.19", False)])
def test_with_ligers_loss_all_rows_of_a_round_are_scored_at_once(version: str, at_once: bool) -> None:
    """TRL drops `batch_size` there since 1.14: the layer at its worst grows with `steps_per_generation`."""

    def forward(steps: int) -> int:
        return _estimate(version, trl={**LIGER, "steps_per_generation": steps}, micro_batch_size=8).phases["forward"]

    assert (forward(32) > 1.8 * forward(8)) is at_once


def test_prompts_have_fewer_scores_than_rows_with_their_answers() -> None:
    """Eager attention of the prompts alone, where transformers makes the answers."""

    def forward(answer: int) -> int:
        block = {"max_completion_length": answer, "steps_per_generation": 8}
        one = _estimate(trl=block, micro_batch_size=8, sequence_len=2048, attn_implementation="eager")
        return one.phases["forward"]

    assert forward(64) < 1.05 * forward(8)
