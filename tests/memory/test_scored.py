"""A reward model has a row of scores in the place of lm_head, trained beside an adapter too."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LLAMA_1B, LLAMA_8B, LORA, QLORA, model, plan
from wizard.axolotl.effective import effective
from wizard.domain.model import Model
from wizard.memory import estimate
from wizard.memory.disk import disk
from wizard.memory.terms import terms

REWARD = {"reward_model": True, "num_labels": 1, "sample_packing": False}


def trained(base: dict[str, object], known: Model, **more: object) -> int:
    return estimate(plan(base, base_model=known.id, **more), known).trainable


@pytest.mark.parametrize("base", [LORA, QLORA])
@pytest.mark.parametrize("name", [LLAMA_1B, LLAMA_8B])
def test_beside_an_adapter_the_scores_are_trained_too(base: dict[str, object], name: str) -> None:
    known = model(name)
    assert trained(base, known, **REWARD) == trained(base, known) + known.hidden


def test_a_tied_head_is_the_embedding_which_stays() -> None:
    known = model(LLAMA_1B)
    assert known.tied
    assert trained(FULL, known, **REWARD) == known.parameters + known.hidden


def test_a_head_of_its_own_is_not_loaded() -> None:
    known = model(LLAMA_8B)
    assert trained(FULL, known, **REWARD) == known.parameters - known.vocab * known.hidden + known.hidden
    now = plan(FULL, **REWARD)
    found = estimate(now, known)
    weights = sum(one.size for one in terms(known, effective(now, known, None), found) if one.component == "weights")
    assert weights == pytest.approx(2 * (known.parameters - known.vocab * known.hidden + known.hidden))


def test_the_gradients_are_those_of_what_is_trained() -> None:
    known = model(LLAMA_8B)
    found = estimate(plan(FULL, optimizer="sgd", **REWARD), known)
    elements = known.parameters - known.vocab * known.hidden + known.hidden
    assert found.components["gradients"] <= 2 * elements
    assert found.phases["backward"] >= 4 * elements


def test_what_is_saved_has_no_lm_head() -> None:
    known = model(LLAMA_8B)
    plain, reward = plan(FULL), plan(FULL, **REWARD)
    less = disk(plain, effective(plain, known, None), known).final.likely
    less -= disk(reward, effective(reward, known, None), known).final.likely
    assert less == 2 * (known.vocab - 1) * known.hidden


@pytest.mark.parametrize("base", [FULL, LORA, QLORA])
def test_without_a_reward_nothing_changes(base: dict[str, object]) -> None:
    known = model(LLAMA_1B)
    assert estimate(plan(base, reward_model=False), known) == estimate(plan(base), known)
