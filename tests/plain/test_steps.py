"""What the screen and the dialogue share: fixes, prices, machines, the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.plain.dialogues import Recorded
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.questions.prices import price, twice
from wizard.review import Review, review
from wizard.session import fixes
from wizard.session.fixes import first_told, next_fix, safe_fixes
from wizard.session.model_search import found, priced
from wizard.session.offers import from_preset, machine_offer, machines, preset_offer
from wizard.session.settle import ROUNDS
from wizard.session.state import State, started
from wizard.world.presets import preset
from wizard.world.recorded import recorded


def state(name: str = "qlora-24gb", demo: str = "rtx-4090", **more: object) -> State:
    plan = preset(name).plan.changed(more)
    model, note = Recorded().model(str(plan["base_model"]))
    return started(plan, recorded(demo), model, note, name)


def reviewed(now: State) -> Review:
    return review(now.plan, now.model, now.machine)


def finding(code: str, severity: Severity = "warning", fix: Fix | None = None) -> Finding:
    return Finding(code, "name", severity, "message", ("a",), "source", fix)


def pretend(monkeypatch: pytest.MonkeyPatch, rules: Sequence[tuple[str, str, object, object]]) -> State:
    """Rules (code, key, the value that is wrong, the value it should have), and a state of a plan with a: 1."""

    def judged(plan: Plan, model: object, machine: object, heads: object) -> Review:
        findings = [
            Finding(code, "n", "warning", "m", (key,), "s", Fix({key: right}, "safe", "says"))
            for code, key, wrong, right in rules
            if plan.get(key) == wrong
        ]
        return replace(reviewed(state()), plan=plan, findings=tuple(findings))

    monkeypatch.setattr(fixes, "review", judged)
    return State(Plan({"a": 1, "b": 1}), Machine())


def test_errors_go_first_and_hints_only_where_they_are_safe() -> None:
    safe, unsafe = Fix({"a": 1}, "safe", "x"), Fix({"a": 1}, "unsafe", "x")
    now = reviewed(state())
    hint, doubtful = finding("MW1", "hint", safe), finding("MW2", "hint", unsafe)
    warning, error = finding("MW3", "warning", unsafe), finding("MW4", "error", unsafe)
    none = finding("MW5", "error")
    assert next_fix(replace(now, findings=(none, hint, doubtful, warning, error))) is error
    assert next_fix(replace(now, findings=(doubtful, hint))) is hint
    assert next_fix(replace(now, findings=(doubtful, none))) is None


def test_the_gravest_is_told_first_though_a_lesser_one_has_a_fix() -> None:
    now, fix = reviewed(state()), Fix({"a": 1}, "unsafe", "x")
    warning, error, fixable = finding("MW3", "warning", fix), finding("MW5", "error"), finding("MW6", "error", fix)
    assert first_told(replace(now, findings=(warning, error))) is error
    assert first_told(replace(now, findings=(warning, error, fixable))) is fixable
    assert first_told(replace(now, findings=(finding("MW2", "hint", fix), warning))) is warning
    assert first_told(replace(now, findings=())) is None


def test_safe_fixes_follow_from_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    now = pretend(monkeypatch, [("MW1", "a", 1, 2), ("MW2", "a", 2, 3), ("MW3", "b", 1, 2)])
    after, codes = safe_fixes(now)
    assert dict(after.plan.values) == {"a": 3, "b": 2}
    assert codes == ("MW1", "MW3", "MW2")
    assert safe_fixes(after) == (after, ())


def test_fixes_that_undo_each_other_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = pretend(monkeypatch, [("MW1", "a", 1, 2), ("MW2", "a", 2, 1), ("MW3", "b", 1, 2)])
    after, codes = safe_fixes(now)
    assert after.plan["a"] == 1
    assert "MW1" not in codes
    assert "MW2" not in codes


def test_fixes_that_never_come_to_rest_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = pretend(monkeypatch, [(f"MW{number}", "a", number, number + 1) for number in range(1, 60)])
    after, codes = safe_fixes(now)
    assert len(codes) <= ROUNDS
    assert safe_fixes(after)[0] == after or len(safe_fixes(after)[1]) <= ROUNDS


def test_unsafe_fixes_are_not_taken() -> None:
    now = state("lora-80gb")
    assert any(one.fix is not None and one.fix.safety == "unsafe" for one in reviewed(now).findings)
    after, _ = safe_fixes(now)
    assert all(one.fix is None or one.fix.safety == "unsafe" for one in reviewed(after).findings)


def test_prices() -> None:
    now = state()
    judged = reviewed(now)
    assert judged.estimate is not None
    assert price(now.plan, judged) == ("fits", judged.estimate.device.likely)
    fit, needs = twice("sequence_len", now.plan, judged)
    assert fit == "fits"
    assert needs is not None
    assert needs > judged.estimate.device.likely
    assert twice("learning_rate", now.plan, judged) == (None, None)
    assert price(now.plan, replace(judged, model=None)) == (None, None)


def test_the_price_of_a_machine_is_that_of_the_plan_after_choosing_it() -> None:
    now = state(demo="t4")
    other = recorded("rtx-4090")
    offer = machine_offer(other, now.machine, now)
    chosen = now.with_machine(other)
    judged = reviewed(chosen)
    assert judged.estimate is not None
    assert offer.needs == judged.estimate.device.likely
    assert offer.fit == judged.fit
    assert machines(now.machine, chosen) == [now.machine, other]
    assert machine_offer(Machine(), None, now).label == "this machine: no GPU found; name one below"


def test_several_gpus_are_offered_together_and_alone() -> None:
    both = recorded("2xa100-80gb")
    now = state(demo="2xa100-80gb")
    labels = [machine_offer(one, both, now).label for one in machines(both, now)]
    assert [label.partition(":")[0] for label in labels] == ["as recorded", "only GPU 0", "only GPU 1"]


def test_the_price_of_a_model_is_that_of_the_plan_after_choosing_it() -> None:
    now = state()
    rows = priced(now)
    assert len(rows) == len(catalogue())
    row, fit, needs = rows[0]
    judged = reviewed(now.with_model(row.id, built(row.id), None))
    assert judged.estimate is not None
    assert (fit, needs) == (judged.fit, judged.estimate.device.likely)
    fits = [fit for _, fit, _ in rows]
    assert fits == sorted(fits, key=["fits", "tight", "over"].index)
    assert found(rows, "QWEN3-4b")[0][0] == "Qwen/Qwen3-4B"
    assert found(rows, "no such model") == []
    assert len(found(rows, " ")) == len(rows)


def test_a_preset_keeps_what_the_person_chose() -> None:
    outside = Recorded()
    now = state().with_fields({"output_dir": "./mine"})
    after, says = from_preset(preset("lora-24gb"), now, outside)
    assert (after.preset, after.plan["output_dir"]) == ("lora-24gb", "./mine")
    assert says == "Started from lora-24gb. Your output_dir stayed."
    assert preset_offer(preset("fp8-hopper"), now, outside).label == "fp8-hopper (for fp8)"
    lost = replace(preset("lora-24gb"), plan=preset("lora-24gb").plan.changed({"base_model": "no/such"}))
    assert preset_offer(lost, now, outside).fit is None
