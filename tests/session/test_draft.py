"""A draft: what is written down brings the same work back, and nothing that is read can do harm."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import QLORA, machine, model, plan
from wizard.domain.plan import REMOVE, Plan, changes
from wizard.session.draft import Draft, draft_of, from_mapping, to_mapping
from wizard.session.state import started
from wizard.world.recorded import recorded
from wizard.world.yamlfile import parse

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | text
    | st.dates(datetime.date(1, 1, 1))
    | st.sampled_from(["yes", "no", "null", "~", "1e-4", "0x10", "1_000", "<<", "=", "2001-01-01", "- x", "a: b", "#"])
)
keys = text.filter(lambda key: key != "")
yaml_values = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3), max_leaves=8
)
fields = st.dictionaries(keys, yaml_values | st.just(REMOVE), max_size=5)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    wish = draw(fields)
    shared = {key: value for key, value in wish.items() if draw(st.booleans())}  # the very same lists in both
    return Draft(
        saved=draw(text),
        step=draw(st.integers(0, 5)),
        target=draw(text),
        preset=draw(st.none() | text),
        file=draw(st.none() | text),
        machine=draw(st.none() | text),
        origin=draw(st.sampled_from(["probed", "named", "recorded"])),
        wish=wish,
        plan=draw(fields) | shared,
        model=draw(st.none() | text),
    )


def written_and_read(draft: Draft) -> Draft | None:
    kept = yaml.safe_dump(to_mapping(draft), sort_keys=False)
    return from_mapping(parse(kept, "draft.yml").values)


@settings(deadline=None)
@given(drafts())
def test_a_draft_comes_back_as_it_was_kept(draft: Draft) -> None:
    assert written_and_read(draft) == draft


def test_nan_comes_back() -> None:
    draft = Draft("", 0, "", None, None, wish={"x": math.nan})
    found = written_and_read(draft)
    assert found is not None
    assert str(found.wish["x"]) == "nan"


@settings(deadline=None)
@given(st.dictionaries(keys, yaml_values, max_size=6), st.dictionaries(keys, yaml_values, max_size=6))
def test_changes_make_one_plan_of_the_other(before: dict[str, object], after: dict[str, object]) -> None:
    found = changes(Plan(before), Plan(after))
    assert Plan(before).changed(found).values == after
    assert all(value is REMOVE for key, value in found.items() if key not in after)
    assert not any(key in before and before[key] == value for key, value in found.items())


def test_changes_tell_a_field_taken_out_from_one_set_to_nothing() -> None:
    before = Plan({"a": 1, "b": 2, "c": None})
    assert changes(before, Plan({"a": None, "c": None})) == {"a": None, "b": REMOVE}
    assert changes(before, Plan({"a": 1, "b": 2})) == {"c": REMOVE}
    assert changes(before, before) == {}


def test_a_taken_out_field_stays_out_in_the_draft() -> None:
    draft = Draft("", 0, "", None, None, plan={"bf16": REMOVE, "fp16": True})
    found = written_and_read(draft)
    assert found is not None
    wish, now = found.state(Plan({"bf16": "auto", "tf32": True}))
    assert now.values == {"tf32": True, "fp16": True}
    assert wish.values == {"bf16": "auto", "tf32": True}


@pytest.mark.parametrize(("origin", "name"), [("probed", None), ("named", "rtx-4090"), ("recorded", "rtx-4090")])
def test_a_draft_knows_the_state_it_is_of(origin: str, name: str | None) -> None:
    here = recorded("rtx-4090") if origin == "recorded" else machine("rtx-4090")
    here = replace(here, origin="probed") if origin == "probed" else here
    state = started(plan(QLORA), here, model(), None, "mine").with_fields({"sequence_len": 4096, "bf16": REMOVE})
    draft = draft_of(state, step=3, target="x.yml", saved="2026-01-01T00:00:00+00:00")
    assert (draft.origin, draft.machine, draft.model) == (origin, name, QLORA["base_model"])
    assert (draft.preset, draft.file, draft.step, draft.target) == ("mine", None, 3, "x.yml")
    assert draft.state(state.origin) == (state.wish, state.plan)


def mapping(**other: object) -> dict[str, Any]:
    whole = to_mapping(Draft("now", 3, "x.yml", "mine", None, wish={"a": 1}, plan={"b": REMOVE}))
    return {**whole, **other}


@pytest.mark.parametrize(("step", "found"), [(-3, 0), (0, 0), (6, 6), (17, 6)])
def test_a_step_that_is_none_is_the_nearest(step: int, found: int) -> None:
    draft = from_mapping(mapping(step=step))
    assert draft is not None
    assert draft.step == found


@pytest.mark.parametrize(
    "broken",
    [
        {"version": 2}, {"version": None}, {"saved": None}, {"target": 1}, {"origin": None}, {"step": "x"},
        {"step": None}, {"step": []}, {"step": math.nan}, {"preset": 1}, {"file": []}, {"machine": {}}, {"model": 1},
        {"wish": None}, {"wish": []}, {"wish": "x"}, {"wish": {}}, {"wish": {"set": {}}}, {"wish": {"removed": []}},
        {"plan": {"set": [], "removed": []}}, {"plan": {"set": {}, "removed": None}}, {"plan": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_draft_is_none(broken: dict[str, object]) -> None:
    assert from_mapping(mapping()) is not None
    assert from_mapping(mapping(**broken)) is None


@pytest.mark.parametrize("key", ["version", "saved", "step", "target", "origin", "wish", "plan"])
def test_a_draft_without_what_it_needs_is_none(key: str) -> None:
    less = mapping()
    del less[key]
    assert from_mapping(less) is None


garbage = st.dictionaries(st.sampled_from([*to_mapping(Draft("", 0, "", None, None)), "x"]), yaml_values)


@settings(deadline=None)
@given(garbage, st.booleans())
def test_garbage_never_raises(found: dict[str, object], almost: bool) -> None:
    if found.get("step") in (math.inf, -math.inf):
        found["step"] = 0
    draft = from_mapping({**mapping(), **found} if almost else found, "somewhere")
    if draft is not None:
        assert 0 <= draft.step <= 6
        assert draft.source == "somewhere"
        draft.state(Plan({"a": 2}))
