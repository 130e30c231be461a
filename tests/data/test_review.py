"""The figures of a plan's data, whatever the plan says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.data.few_steps import with_more_steps
from wizard.data.measure import Measures, wrong_columns
from wizard.data.review import DataReview, Dataset, review_data, schedule_of
from wizard.domain.lengths import Lengths, Measured, Spread
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.dataset_forms import forms
from wizard.knowledge.tokens import exactly
from wizard.output.json.data import data_out
from wizard.output.text.data import data_text

KEYS = [
    *("sequence_len", "micro_batch_size", "gradient_accumulation_steps", "batch_size", "num_epochs", "val_set_size"),
    *("max_steps", "min_sample_len", "sample_packing", "pad_to_sequence_len", "pad_to_multiple_of", "rl"),
    *("sample_packing_group_size", "sample_packing_bin_size", "excess_length_strategy", "multipack_real_batches"),
    "reward_model",
]
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5000), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=5),
    st.sampled_from(["truncate", "raise", "0.1", "1e400"]), st.lists(st.integers(), max_size=2),
)  # fmt: skip


def dataset(values: tuple[int, ...], form: str = "alpaca", rows: int | None = None) -> Dataset:
    count = len(values) if rows is None else rows
    some = Lengths(values, count)
    longer = Lengths(tuple(2 * value for value in values), count)
    return Dataset("a.jsonl", forms()[form], rows=count, measured=Measured(some, some, longer))


def review(plan: Mapping[str, Any], *datasets: Dataset) -> DataReview:
    return review_data(Plan(plan), datasets, None, "by hand", False)


@given(st.dictionaries(st.sampled_from(KEYS), ANY), st.lists(st.integers(0, 3000), max_size=40).map(tuple))
def test_no_plan_stops_it(plan: dict[str, Any], values: tuple[int, ...]) -> None:
    found = review(plan, dataset(values), dataset(values, "completion", 7 * len(values)))
    for spread in (found.over, found.packing_waste, found.full_waste, found.longest_waste):
        assert spread is None or 0 <= spread.low <= spread.likely <= spread.high <= 1
    assert found.steps is None or 0 <= found.steps.low <= found.steps.likely <= found.steps.high
    assert all(len(line) < 120 for line in data_text("my.yml", found, {}).splitlines())
    assert data_out("my.yml", found, {}).model_dump_json()


def test_rows_to_evaluate_are_a_share_or_a_number() -> None:
    rows = dataset((10,) * 95)
    assert review({"val_set_size": 0.1}, rows).held == 10
    assert review({"val_set_size": 20}, rows).held == 20
    assert review({"val_set_size": 500}, rows).held == 95
    assert review({}, rows).held == 0


def test_completion_is_cut_and_others_left_out() -> None:
    plan = {"sequence_len": 100}
    kept = review(plan, dataset((50, 250)), dataset((50, 250), "completion")).kept
    assert kept is not None
    assert kept.likely == 1 + 4
    short = review({**plan, "excess_length_strategy": "truncate"}, dataset((50, 250))).kept
    assert short is not None
    assert short.likely == 2


@pytest.mark.parametrize(
    ("told", "joined"),
    [
        ({}, False),
        ({"attn_implementation": "flash_attention_2"}, True),
        ({"flash_attention": True, "multipack_real_batches": True}, False),
    ],
)
def test_packed_rows_are_joined_where_the_attention_keeps_them_apart(told: dict[str, Any], joined: bool) -> None:
    assert schedule_of(Plan(told), None).joined is joined


def test_padding_is_rounded_up_as_axolotl_does() -> None:
    assert schedule_of(Plan({}), None).multiple == 64
    assert schedule_of(Plan({"pad_to_sequence_len": False}), None).multiple == 1
    assert schedule_of(Plan({"pad_to_multiple_of": 8}), None).multiple == 8


def test_measures_take_the_place_they_are_given() -> None:
    measures = Measures(forms()["completion"], lambda text: exactly(len(text)), exactly(0))
    for slot, text in ((0, "a"), (1, "bb"), (0, "cccc")):
        measures.take(slot, slot + 1, {"text": text})
    measures.take(2, 9, {"text": []})
    assert measures.measured(300).likely == Lengths((5, 3), 200)
    assert measures.bad is not None
    assert (measures.bad.count, measures.bad.line) == (1, 9)


def test_text_of_a_file_steers_no_terminal() -> None:
    wrong = wrong_columns({"\x1b[31m": 1}, None)
    assert wrong is not None
    assert "\x1b" not in data_text("x", review({}, Dataset("a\x1b", wrong=wrong)), {})


def test_few_steps_are_told_and_less_accumulation_makes_more_of_them() -> None:
    plan = {"micro_batch_size": 2, "gradient_accumulation_steps": 16, "num_epochs": 1, "sequence_len": 64}
    few = dataset((10,) * 120)
    assert "fewer than 10 steps in all" in data_text("x", review(plan, few), {})
    assert "fewer than" not in data_text("x", review({**plan, "max_steps": 3}, few), {})
    mended = with_more_steps(Plan(plan), (few,), None)
    assert mended.get("gradient_accumulation_steps") == 4
    assert "fewer than" not in data_text("x", review(mended.values, few), {})
    assert with_more_steps(Plan(plan), (dataset((10,), rows=3),), None).get("gradient_accumulation_steps") == 1
    assert with_more_steps(Plan(plan), (dataset((10,), rows=2),), None) == Plan(plan)  # one step, whatever is taken
    assert with_more_steps(Plan(plan), (Dataset("a", unknown="not read"),), None) == Plan(plan)


@pytest.mark.parametrize(
    ("packed", "each", "a_row", "words"),
    [
        (False, 13, 12, "1.2 GiB on disk (between 1.2 GiB and 2.4"),
        (True, 21, 16, "2.0 GiB on disk (between 2.0 GiB and 3.9"),
    ],
)
def test_what_is_prepared_is_told_in_bytes(packed: bool, each: int, a_row: int, words: str) -> None:
    rows = dataset((1000,) * 100, rows=100_000)
    found = review({"sequence_len": 2048, "sample_packing": packed}, rows)
    likely, high = (each * length * 100_000 + a_row * 100_000 for length in (1000, 2000))
    assert found.prepared == Spread(likely, likely, high)
    assert f"prepared, it takes {words}" in data_text("x", found, {})
    told = data_out("x", found, {}).prepared_bytes
    assert told is not None
    assert (told.likely, told.high) == (likely, high)


def test_rows_that_are_left_out_are_not_kept() -> None:
    found = review({"sequence_len": 500}, Dataset("a", measured=Measured(*[Lengths((100, 1000), 2)] * 3), rows=2))
    assert found.prepared is not None
    assert found.prepared.likely == 13 * 100 + 12


@pytest.mark.parametrize("plan", [{"rl": "dpo"}, {"reward_model": True}, {"pretraining_dataset": "a"}])
def test_of_pairs_and_of_what_is_streamed_it_is_not_told(plan: dict[str, Any]) -> None:
    found = review(plan, dataset((10,) * 95))
    assert found.prepared is None
    assert "prepared" not in data_text("x", found, {})
