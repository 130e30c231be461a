"""The keys of other trainers and of older releases: each leads to a field of Axolotl, or says why not."""

from __future__ import annotations

import pytest

from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.meanings import Becomes, Meaning, meanings
from wizard.knowledge.axolotl.versions import newest


def outcomes(one: Meaning) -> list[Becomes]:
    to = Becomes({one.to: None, **one.beside}) if one.to else one.rest
    return [to, *(case.outcome for case in one.cases)]


@pytest.mark.parametrize("one", meanings().values(), ids=lambda one: one.key)
def test_every_value_is_set_dropped_or_asked(one: Meaning) -> None:
    assert find(one.key, newest()) is None, "it is a field of Axolotl"
    for outcome in outcomes(one):
        said = [bool(outcome.sets), bool(outcome.drop), bool(outcome.ask)]
        assert said.count(True) == 1
        for name in outcome.sets:
            assert find(name.partition(".")[0], newest()) is not None, f"{name} is no field"


@pytest.mark.parametrize("one", meanings().values(), ids=lambda one: one.key)
def test_what_a_case_sets_is_a_value_that_the_field_takes(one: Meaning) -> None:
    for case in one.cases:
        for name, value in case.outcome.sets.items():
            field = find(name, newest())
            assert field is not None
            assert field.accepts(value)


def test_words_are_compared_without_case_and_types_are_told_apart() -> None:
    dtype = meanings()["torch_dtype"]
    assert dict(dtype.outcome("BFloat16").sets) == {"bf16": True}
    assert meanings()["use_qlora"].outcome(1).ask
    assert dict(meanings()["quantization_bit"].outcome(4).sets) == {"load_in_4bit": True}
