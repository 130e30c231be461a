"""The state of one wizard: changes in order, what is typed on as one, undo and redo, free memory that moves."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import FULL, LLAMA_1B, LLAMA_8B, QLORA, machine, model, plan
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.preset import Preset
from wizard.session.history import History
from wizard.session.state import State, also_changed, started


def state(gpu: str = "rtx-4090", file: str | None = None, **changes: object) -> State:
    """A wizard at its start."""
    preset = None if file else "mine"
    return started(plan(QLORA, **changes), machine(gpu), model(), None, preset, file)


def typed(session: History, number: int, box: str = "length") -> bool:
    return session.change(session.state.with_fields({"sequence_len": number}), f"{box}: {number}", 100, box)


def told(session: History) -> list[str]:
    return [moment.says for moment in session.past]


def probed(free: int, uuid: str = "a") -> Machine:
    named = machine("rtx-4090")
    return replace(named, origin="probed", gpus=(replace(named.gpus[0], uuid=uuid, free_bytes=free),))


def test_what_changes_nothing_is_no_change() -> None:
    session = History(state())
    assert not session.change(session.state.with_fields({"sequence_len": 2048}), "length: 2048")
    assert not session.past
    assert session.undo() is None
    assert session.redo() is None


def test_what_is_typed_on_in_a_box_is_one_change() -> None:
    session = History(state())
    first = session.state
    for number in (4, 40, 409, 4096):
        assert typed(session, number)
    assert told(session) == ["length: 4096"]
    assert session.undo() == "length: 4096"
    assert session.state == first
    assert session.redo() == "length: 4096"
    assert session.state.plan["sequence_len"] == 4096


def test_another_box_a_choice_and_an_undo_begin_another_change() -> None:
    session = History(state())
    typed(session, 4)
    typed(session, 5, "micro")
    typed(session, 6)
    session.change(session.state.with_fields({"adapter": "lora"}), "adapter")
    typed(session, 7)
    assert told(session) == ["length: 4", "micro: 5", "length: 6", "adapter", "length: 7"]
    session.undo()
    session.undo()
    typed(session, 8)
    assert told(session) == ["length: 4", "micro: 5", "length: 6", "length: 8"]
    assert session.redo() is None


def test_a_new_change_drops_what_could_be_done_again() -> None:
    session = History(state())
    typed(session, 4)
    session.undo()
    typed(session, 5)
    assert session.redo() is None
    assert told(session) == ["length: 5"]


def test_the_last_changes_are_told_with_what_each_added() -> None:
    session = History(state())
    for number, needs in ((1, 100), (2, 150), (3, 120), (4, None), (5, 90)):
        session.change(session.state.with_fields({"micro_batch_size": number + 10}), f"micro {number}", needs)
    assert session.recent(95, most=5) == [
        ("micro 5", 5), ("micro 4", None), ("micro 3", None), ("micro 2", -30), ("micro 1", 50),
    ]  # fmt: skip
    assert session.recent(None) == [("micro 5", None), ("micro 4", None), ("micro 3", None)]
    assert History(state()).recent(1) == []


def test_what_each_added_is_still_right_after_undo_and_redo() -> None:
    session, needs = History(state()), {2048: 100, 4096: 150, 8192: 230}
    for length in (4096, 8192):
        now = needs[int(str(session.state.plan["sequence_len"]))]
        session.change(session.state.with_fields({"sequence_len": length}), str(length), now)
    before = session.recent(230)
    assert before == [("8192", 80), ("4096", 50)]
    session.undo(230)
    assert session.recent(150) == [("4096", 50)]
    session.redo(150)
    assert session.recent(230) == before


def test_free_memory_that_moved_stays_moved_after_undo_and_redo() -> None:
    session = History(started(plan(QLORA), probed(20 << 30), model(), None, "mine"))
    typed(session, 4096)
    session.state = session.state.on_now(probed(5 << 30))
    assert session.state.plan["sequence_len"] == 4096
    session.undo()
    assert session.state.machine.free_bytes == 5 << 30
    session.state = session.state.on_now(probed(6 << 30))
    session.redo()
    assert session.state.machine.free_bytes == 6 << 30


def test_undo_goes_back_to_another_machine() -> None:
    session = History(started(plan(QLORA), probed(20 << 30), model(), None, "mine"))
    for other in (machine("t4"), probed(20 << 30, "b")):
        session.change(session.state.with_machine(other), "machine")
        session.undo()
        assert session.state.machine == probed(20 << 30)


def test_a_worse_machine_is_suited_and_a_better_one_brings_the_wish_back() -> None:
    first = state()
    worse = first.with_machine(machine("t4"))
    assert worse.plan["attn_implementation"] == "sdpa"
    assert worse.plan["fp16"] is True
    assert worse.wish == first.wish
    assert worse.with_machine(machine("rtx-4090")) == first


def test_an_own_file_is_suited_to_nothing() -> None:
    first = state("t4", file="mine.yml")
    assert first.plan.values == plan(QLORA).values
    assert first.with_machine(machine("gtx-1080-ti")).plan == first.plan
    assert first.with_model(LLAMA_1B, model(LLAMA_1B), None).plan.values == {**QLORA, "base_model": LLAMA_1B}


def test_a_preset_keeps_the_persons_model_and_data_and_nothing_else() -> None:
    preset = Preset("full", "", "", None, LLAMA_8B, None, plan(FULL))
    before = state(datasets=[{"path": "theirs"}], val_set_size=0.1)
    mine = before.with_fields({"datasets": [{"path": "mine"}], "output_dir": "./x", "sequence_len": 512})
    assert mine.chosen() == {"datasets": [{"path": "mine"}], "output_dir": "./x"}
    after = mine.with_preset(preset, model(), None)
    assert after.preset == "full"
    assert after.plan.values == {**FULL, "datasets": [{"path": "mine"}], "output_dir": "./x"}
    assert after.origin == preset.plan


def test_what_a_person_took_out_stays_out_in_another_preset() -> None:
    preset = Preset("full", "", "", None, LLAMA_8B, None, plan(FULL))
    before = started(plan(QLORA), machine("rtx-4090"), model(), None, "mine")
    without = replace(before, wish=Plan({key: value for key, value in QLORA.items() if key != "val_set_size"}))
    assert "val_set_size" not in without.with_preset(preset, model(), None).plan


def test_what_changed_along_is_named() -> None:
    before = state()
    after = before.with_fields({"adapter": "lora", "load_in_4bit": False, "lora_r": 16, "new": 1})
    assert also_changed(before, after, {"adapter": None}) == ["load_in_4bit", "new"]
    assert also_changed(before, before, {}) == []


steps = st.lists(
    st.one_of(
        st.tuples(st.just("choose"), st.integers(1, 5)),
        st.tuples(st.just("type"), st.integers(1, 5)),
        st.tuples(st.sampled_from(["undo", "redo"]), st.just(0)),
    ),
    max_size=20,
)
FIRST = state()


@settings(deadline=None)
@given(steps)
def test_undo_to_the_first_and_redo_to_the_last_lose_nothing(taken: list[tuple[str, int]]) -> None:
    session = History(FIRST)
    for what, number in taken:
        wanted = session.state.with_fields({"sequence_len": number})
        if what == "undo":
            session.undo()
        elif what == "redo":
            session.redo()
        elif session.change(wanted, str(number), typed="length" if what == "type" else ""):
            assert session.state.plan["sequence_len"] == number
            assert not session.future
    now, past = session.state, list(session.past)
    while session.redo() is not None:
        pass
    last = session.state
    while session.undo() is not None:
        pass
    assert session.state == FIRST
    while session.redo() is not None:
        pass
    assert session.state == last
    while len(session.past) > len(past):
        session.undo()
    assert session.state == now


def test_data_stay_where_they_are_when_a_preset_of_another_training_is_taken() -> None:
    own = {"path": "mine.jsonl", "ds_type": "json", "type": "alpaca"}
    now = state().with_fields({"datasets": [own]})
    pairs = [{"path": "theirs", "type": "chat_template.default", "field_messages": "conversation"}]
    preference = Preset("pairs", "Pairs", "those who prefer", None, None, None, Plan({"rl": "dpo", "datasets": pairs}))
    taken = now.with_preset(preference, None, None)
    assert taken.plan["datasets"] == [
        {"path": "mine.jsonl", "ds_type": "json", "type": "chat_template.default", "field_messages": "conversation"}
    ]
    alike = Preset(
        "rows",
        "Rows",
        "those who read",
        None,
        None,
        None,
        Plan({"datasets": [{"path": "theirs", "type": "completion"}]}),
    )
    assert now.with_preset(alike, None, None).plan["datasets"] == [own]
