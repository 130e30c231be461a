"""The ladder of single changes."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LLAMA_1B, LORA, machine, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.version import Version
from wizard.fit.savings import ladder
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
