"""The ladder of single changes."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LLAMA_1B, LORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.version import Version
from wizard.fit.savings import ladder
from wizard.fit.upgrades import gains
from wizard.memory import estimate
from wizard.rules.registry import Change


def _cut(version: Version | None = None, **changes: object) -> Change | None:
    asked, shapes, gpu = plan(LORA, **changes), model(LLAMA_1B), machine("rtx-4090")
    asked = asked if version is None else asked.for_axolotl(version)
    rungs = ladder(asked, shapes, gpu, effective(asked, shapes, gpu), estimate(asked, shapes, gpu))
    return next((one for one in rungs if one.says == "cut cross entropy"), None)


@pytest.mark.parametrize(("version", "at"), [((0, 19), "4dfa522"), ((0, 20), "v0.1.0-rc0"), ((0, 21), "v0.1.1")])
def test_cut_cross_entropy_is_offered_with_the_commit_that_its_axolotl_asks_for(
    version: tuple[int, int], at: str
) -> None:
    found = _cut(Version(*version))
    assert found is not None
    assert f"ml-cross-entropy.git@{at}" in found.gives_up
    assert found.changes["cut_cross_entropy"] is True


def test_it_is_no_safe_change_since_a_run_without_the_package_stops() -> None:
    found = _cut()
    assert found is not None
    assert found.safety == "unsafe"


def test_preference_training_is_not_offered_it() -> None:
    assert _cut(rl="dpo") is None


def test_gradients_that_wait_whole_under_fsdp_are_offered_to_be_divided_each_time() -> None:
    several = {**FULL, "fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}

    def offered(steps: int, **changes: object) -> list[Change]:
        asked = plan({**several, "gradient_accumulation_steps": steps, **changes})
        shapes, gpus = model(), machine("8xh100-80gb")
        rungs = ladder(asked, shapes, gpus, effective(asked, shapes, gpus), estimate(asked, shapes, gpus))
        return [one for one in rungs if "accelerator_config" in one.changes and one.safety == "safe"]

    (found,) = offered(4)
    assert found.saves_bytes > model().parameters  # 2 bytes each, beyond what is the worst then
    assert not offered(1)
    assert not offered(4, **found.changes)


def _rungs(base: dict[str, object], gpu: str, **changes: object) -> tuple[Change, ...]:
    asked, shapes, card = plan({**base, **changes}), model(), machine(gpu)
    return ladder(asked, shapes, card, effective(asked, shapes, card), estimate(asked, shapes, card))


def test_safe_changes_that_make_it_fit_only_together_are_one_before_the_base_is_rounded() -> None:
    long = {"sequence_len": 8192, "micro_batch_size": 8, "gradient_checkpointing": True, "sample_packing": True}
    rungs = _rungs(FULL, "a100-80gb", **long, attn_implementation="flash_attention_2", optimizer="adamw_torch_fused")
    free = machine("a100-80gb").free_bytes
    first = next(one for one in rungs if one.estimate.fit(free) == "fits")
    named = ("Liger's fused loss", "micro batch 8 → 4, twice the accumulation", "activations offloaded to host memory")
    assert first.says == " + ".join(named)
    assert first.safety == "safe"
    assert {"liger_fused_linear_cross_entropy", "micro_batch_size", "activation_offloading"} <= {*first.changes}
    assert [one.safety for one in rungs[: rungs.index(first) + 1]] == ["safe"] * 4


def test_nothing_is_put_together_where_one_change_does() -> None:
    assert not any(" + " in one.says for one in _rungs(FULL, "h200", micro_batch_size=2))


def test_a_key_that_is_not_there_is_not_taken_out() -> None:
    rungs = _rungs(FULL, "a100-80gb")
    rounded = next(one for one in rungs if one.says.startswith("QLoRA"))
    assert "load_in_8bit" not in rounded.changes


@pytest.mark.parametrize("micro", range(2, 12))
@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_another_micro_batch_trains_on_as_many_rows_at_a_step(micro: int, steps: int) -> None:
    """Of 5 rows no half trains the same, and 3 steps have none."""
    asked = plan(LORA, micro_batch_size=micro, gradient_accumulation_steps=steps)
    now, needs = effective(asked, model(), None), estimate(asked, model())
    changed = [*ladder(asked, model(), None, now, needs), *gains(asked, model(), None, now, needs)]
    batches = [one for one in changed if "micro_batch_size" in one.changes]
    assert any(one.saves_bytes > 0 for one in batches)
    assert {one.safety for one in batches} == {"safe"}
    for one in batches:
        then = asked.changed(one.changes)
        rows, times = int(str(then["micro_batch_size"])), int(str(then["gradient_accumulation_steps"]))
        assert rows * times == micro * steps, one.says
        assert ("twice" in one.says, "half" in one.says) == (times == 2 * steps, times * 2 == steps), one.says


def _offered(gpu: str, **changes: object) -> dict[str, dict[str, object]]:
    return {one.says: dict(one.changes) for one in _rungs(FULL, gpu, **changes)}


def test_checkpointing_is_offered_where_this_division_reads_it() -> None:
    off = {"gradient_checkpointing": False}
    assert _offered("h100-80gb", **off)["gradient checkpointing"] == {"gradient_checkpointing": True}
    block = {"reshard_after_forward": True, "offload_params": False}
    divided = _offered("8xh100-80gb", **off, fsdp_version=2, fsdp_config=block)
    assert "gradient checkpointing" not in divided
    assert divided["FSDP's activation checkpointing"] == {"fsdp_config": {**block, "activation_checkpointing": True}}


def test_flash_attention_is_offered_on_a_gpu_that_has_it() -> None:
    eager = {"attn_implementation": "eager", "pad_to_sequence_len": False}
    assert "flash attention 2" in _offered("rtx-4090", **eager)
    assert "flash attention 2" not in _offered("t4", **eager)


def test_shorter_answers_are_offered_in_the_place_of_shorter_rows() -> None:
    base = {"rl": "grpo", "trl": {"max_completion_length": 1024, "num_generations": 4}, "micro_batch_size": 4}
    found = _offered("h100-80gb", **base)
    assert found["answers of 1024 → 512 tokens"] == {"trl": {"max_completion_length": 512, "num_generations": 4}}
    assert not any(says.startswith("length") for says in found)
    assert "length 2048 → 1024" in _offered("h100-80gb", micro_batch_size=8)
