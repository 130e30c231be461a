"""A reward model has scores in the place of lm_head, trained beside an adapter too; one of processes, of each token."""

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


PROCESS = {"process_reward_model": True, "sample_packing": False}


@pytest.mark.parametrize("labels", [{}, {"num_labels": 2}, {"num_labels": 5}])
@pytest.mark.parametrize("name", [LLAMA_1B, LLAMA_8B])
def test_one_of_processes_scores_each_token(name: str, labels: dict[str, int]) -> None:
    """`score` has a bias here (transformers 5 modeling_layers.py GenericForTokenClassification)."""
    known, rows = model(name), labels.get("num_labels", 2)
    assert trained(LORA, known, **PROCESS, **labels) == trained(LORA, known) + rows * (known.hidden + 1)
    head = 0 if known.tied else known.vocab * known.hidden
    assert trained(FULL, known, **PROCESS, **labels) == known.parameters - head + rows * (known.hidden + 1)


def test_one_of_processes_makes_no_logits_but_its_labels() -> None:
    known = model(LLAMA_1B)
    evaluated: dict[str, object] = {**LORA, "val_set_size": 0.1}
    found, plain = estimate(plan(evaluated, **PROCESS), known), estimate(plan(evaluated), known)
    logits = known.vocab * 2048
    assert plain.allocated.likely - found.allocated.likely > 8 * logits
    assert plain.phases["eval"] - found.phases["eval"] > 8 * logits


@pytest.mark.parametrize("base", [FULL, LORA, QLORA])
def test_without_a_reward_nothing_changes(base: dict[str, object]) -> None:
    known = model(LLAMA_1B)
    assert estimate(plan(base, reward_model=False, process_reward_model=False, num_labels=7), known) == estimate(
        plan(base), known
    )
