"""The changes of a wizard that is gone on with."""

from __future__ import annotations

import yaml

from tests.session.scripts import Noted
from tests.session.test_conversation import begun, keys
from wizard.domain.plan import REMOVE
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.draft import from_mapping
from wizard.session.opening import Opening
from wizard.session.past import MOST
from wizard.session.results import (
    MachineSeen,
    Nothing,
    Resumed,
)
from wizard.world.presets import preset
from wizard.world.yamlfile import parse


def gone_on_with(session: Conversation, demo: str = "rtx-4090") -> Conversation:
    """Another wizard that goes on with the work of this one, as it was written down and read again."""
    outside = session.outside
    assert isinstance(outside, Noted)
    written = yaml.safe_dump(outside.drafts_kept[-1], sort_keys=False)
    draft = from_mapping(parse(written, "draft.yml").values)
    assert draft is not None
    other = begun(demo=demo)
    assert isinstance(other.resume(draft), Resumed)
    return other


def walk(session: Conversation) -> list[tuple[object, ...]]:
    """Every state on the way back to the beginning."""
    found: list[tuple[object, ...]] = []
    while True:
        state = session.state
        found.append((state.plan, state.wish, state.preset, state.machine.title, state.model and state.model.id))
        if isinstance(session.undo(), Nothing):
            return found


def test_what_was_changed_can_still_be_undone_when_the_work_is_gone_on_with() -> None:
    session = begun()
    keys(session, "length", ("4", "40", "4096"), "one visit")
    answers.take_model(session, "Qwen/Qwen3-4B", *session.outside.model("Qwen/Qwen3-4B"))
    answers.take_preset(session, preset("qlora-12gb"))
    answers.name_machine(session, "2xa100-80gb")
    answers.take_shapes(session, "acme/secret", "7B")
    session.change(session.state.with_fields({"sample_packing": REMOVE}), "packing: off")
    other = gone_on_with(session)
    assert [one.says for one in other.past] == [one.says for one in session.past]
    assert other.recent == session.recent
    assert walk(other) == walk(session)


def test_the_history_of_a_draft_is_bounded_and_no_more_than_it_can_be_had_again() -> None:
    session = begun()
    for length in range(1000, 1000 + 2 * MOST):
        session.change(session.state.with_fields({"sequence_len": length}), f"length: {length}")
    other = gone_on_with(session)
    assert len(other.past) == MOST
    outside = session.outside
    assert isinstance(outside, Noted)
    kept = outside.drafts_kept[-1]
    assert kept is not None
    past = kept["past"]
    assert isinstance(past, list)
    draft = from_mapping({**kept, "past": [*past[:-3], {"says": "x", "plan": 7}, *past[-2:]]})
    assert draft is not None
    again = begun()
    assert again.resume(draft) == Resumed(2)


def test_work_that_was_left_on_another_machine_says_so() -> None:
    session = begun()
    keys(session, "length", ("4096",), "one visit")
    outside = session.outside
    assert isinstance(outside, Noted)
    kept = outside.drafts_kept[-1]
    draft = from_mapping(kept) if kept is not None else None
    assert draft is not None
    for demo, says in (("rtx-4090", ""), ("t4", "It was left on RTX 4090; here it is Tesla T4")):
        other = begun(demo=demo)
        done = other.resume(draft)
        assert isinstance(done, Resumed)
        assert done.elsewhere.startswith(says)
        assert bool(done.elsewhere) is bool(says)


def test_it_says_so_too_where_the_machine_is_seen_only_after() -> None:
    session = begun()
    keys(session, "length", ("4096",), "one visit")
    outside = session.outside
    assert isinstance(outside, Noted)
    kept = outside.drafts_kept[-1]
    draft = from_mapping(kept) if kept is not None else None
    assert draft is not None
    opening = Opening(preset("qlora-24gb").plan, None, "qlora-24gb", "axolotl.yml")
    other = Conversation(opening, Noted("t4"))
    assert other.resume(draft) == Resumed(1)
    seen = other.machine_seen(other.outside.probe())
    assert isinstance(seen, MachineSeen)
    assert "left on RTX 4090" in seen.elsewhere
    other.undo()
    assert other.state.machine.title == "Tesla T4"
    assert other.state.plan.get("sequence_len") == 2048
