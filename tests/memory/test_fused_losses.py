"""Which loss is computed: a fused one does not reach every model, and some it ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import LLAMA_8B, LORA, machine, model, plan, reviewed
from wizard.axolotl.effective import effective
from wizard.fit.adapt import adapt
from wizard.fit.savings import ladder
from wizard.fit.search import best, wanted
from wizard.memory import estimate
from wizard.questions.batch import BATCH
from wizard.questions.question import Choice, Situation

GRANITE = "ibm-granite/granite-3.1-8b-base"
MISTRAL_3 = "mistralai/Mistral-Small-3.1-24B-Instruct-2503"
LLAMA_VISION = "meta-llama/Llama-3.2-11B-Vision-Instruct"
QWEN = "Qwen/Qwen3.5-9B"
LIGER: dict[str, Any] = {
    "plugins": ["axolotl.integrations.liger.LigerPlugin"],
    "liger_fused_linear_cross_entropy": True,
}
CUT: dict[str, Any] = {"plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}


@pytest.mark.parametrize("name", [QWEN, MISTRAL_3, LLAMA_VISION, GRANITE, "tiiuae/falcon-7b"])
def test_where_ligers_loss_does_not_reach_the_logits_are_whole(name: str) -> None:
    fused, plain = (reviewed(LORA, None, name, **more).estimate for more in (LIGER, {}))
    assert fused is not None
    assert plain is not None
    assert fused.allocated == plain.allocated
    assert any("liger_fused_linear_cross_entropy" in said for said in fused.assumptions)


def test_cut_cross_entropy_reaches_wrappers_that_ligers_loss_does_not() -> None:
    cut, plain = (reviewed(LORA, None, QWEN, **more).estimate for more in (CUT, {}))
    assert cut is not None
    assert plain is not None
    assert cut.allocated.likely < plain.allocated.likely


def test_ligers_loss_ends_a_run_of_granite_and_is_lost_on_qwen_3_5() -> None:
    severity = {
        name: [one.severity for one in reviewed(LORA, None, name, **LIGER).findings if one.code == "MW555"]
        for name in (GRANITE, QWEN, LLAMA_8B)
    }
    assert severity == {GRANITE: ["error"], QWEN: ["warning"], LLAMA_8B: []}


@pytest.mark.parametrize("name", [GRANITE, QWEN])
def test_nothing_proposes_it_there(name: str) -> None:
    asked, shapes, gpu = plan(LORA, base_model=name), model(name), machine("a100-80gb")
    rungs = ladder(asked, shapes, gpu, effective(asked, shapes, gpu), estimate(asked, shapes, gpu))
    assert not any("liger_fused_linear_cross_entropy" in rung.changes for rung in rungs)
    found = best(asked, shapes, gpu, wanted(asked, 1, ("lora",), "quality"))
    assert found is not None
    assert found.choice.loss.name == "plain"
    assert "liger_fused_linear_cross_entropy" not in adapt(asked.changed(LIGER), shapes, gpu)
    question = next(one for one in BATCH.questions if one.id == "loss")
    assert isinstance(question, Choice)
    labels = [option.label for option in question.options(Situation(asked, shapes, gpu))]
    assert labels == ["plain", "cut cross entropy"]


def test_a_search_keeps_the_cut_loss_where_it_is_the_only_fused_one() -> None:
    asked, shapes, gpu = plan(LORA, base_model=QWEN, **CUT), model(QWEN), machine("a100-80gb")
    found = best(asked, shapes, gpu, wanted(asked, 1, ("lora",), "quality"))
    assert found is not None
    assert effective(asked.changed(found.changes), shapes, gpu).loss == "cut"
