"""Three rows as they are learned, several data sets, and what the template asks for, in a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.files import SOUND, lines, rows, talk, talks
from tests.session.test_conversation import begun, entry
from wizard.domain.model import Model
from wizard.knowledge.kinds import kinds
from wizard.questions.conversations import CONVERSATIONS
from wizard.questions.data import DATA
from wizard.questions.other_kind import to_kind
from wizard.questions.question import Choice
from wizard.questions.rows import data_entries
from wizard.session import answers
from wizard.session.conversation import Conversation
from wizard.session.results import Changed
from wizard.session.rows_seen import RowsSeen, rows_seen

SUPERVISED = [one for one in SOUND if one.training == "supervised"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def named(session: Conversation, path: str) -> Changed:
    done = answers.take_text(session, entry("path"), path)
    assert isinstance(done, Changed)
    return done


def seen_of(session: Conversation) -> RowsSeen:
    found = rows_seen(session.state.plan, session.situation.head, session.outside, None)
    assert found is not None
    return found


def question(identity: str) -> Choice:
    found = next(one for one in (*DATA.questions, *CONVERSATIONS) if one.id == identity)
    assert isinstance(found, Choice)
    return found


def take(session: Conversation, identity: str, label: str) -> None:
    option = next(one for one in question(identity).options(session.situation) if one.label == label)
    answers.take_fields(session, option.changes, label)


@pytest.mark.parametrize("one", SUPERVISED, ids=lambda one: one.id)
def test_every_form_is_shown_with_what_is_learned(one: object, here: Path) -> None:
    assert one in SUPERVISED
    file = SUPERVISED[SUPERVISED.index(one)]
    file.put(here)
    session = begun()
    named(session, file.name)
    found = seen_of(session)
    assert len(found.rows) == 3
    assert not any(row.why for row in found.rows)
    assert all(row.learned for row in found.rows)
    if file.learned is not None:
        assert file.learned.removesuffix("</s>") in found.rows[0].learned
    assert "learned" in found.says


def test_several_are_named_between_commas_and_removed_again(here: Path) -> None:
    (here / "a.jsonl").write_bytes(lines(talks()))
    (here / "b.csv").write_text("question,answer\nWhat?,This\n", encoding="utf-8")
    session = begun()
    named(session, "a.jsonl")
    named(session, "a.jsonl, b.csv")
    first, second = data_entries(session.state.plan)
    assert first == {"path": "a.jsonl", "ds_type": "json", "type": "chat_template"}
    assert second["type"]["field_output"] == "answer"  # type: ignore[index]
    assert [one.label for one in question("which").options(session.situation)] == [
        "a.jsonl: chat_template", "b.csv: columns of its own",
    ]  # fmt: skip
    take(session, "which", "b.csv: columns of its own")
    assert seen_of(session).path == "b.csv"
    assert entry("path").read(session.state.plan) == "b.csv, a.jsonl"
    named(session, "b.csv")
    assert data_entries(session.state.plan) == [second]
    assert question("which").options(session.situation) == ()
    session.undo()
    assert data_entries(session.state.plan) == [second, first]


def test_a_base_model_gets_the_template_with_the_file_and_it_follows_to_another(here: Path) -> None:
    (here / "a.jsonl").write_bytes(lines(talks()))
    session = begun()
    take_model(session, "google/gemma-2-2b")
    done = named(session, "a.jsonl")
    assert {"chat_template", "eot_tokens"} <= {*done.also}
    plan = session.state.plan
    assert (plan.get("chat_template"), plan.get("eot_tokens")) == ("gemma", ["<end_of_turn>"])
    assert seen_of(session).rows[0].learned == "It is number 0.<end_of_turn>"
    take_model(session, "Qwen/Qwen3-4B")
    assert session.state.plan.get("chat_template") is None
    assert session.state.plan.get("eot_tokens") is None


def take_model(session: Conversation, name: str) -> None:
    model, note = session.outside.model(name)
    assert isinstance(model, Model)
    answers.take_model(session, name, model, note)


def test_what_is_learned_and_the_ends_are_asked_and_shown(here: Path) -> None:
    (here / "a.jsonl").write_bytes(lines(talks()))
    session = begun()
    named(session, "a.jsonl")
    take(session, "template", "chatml")
    assert seen_of(session).rows[0].learned == "It is number 0.<|im_end|>"
    take(session, "ends", "none")
    assert seen_of(session).rows[0].learned == "It is number 0."
    take(session, "learned", "all of it")
    assert "What is row 0?" in seen_of(session).rows[0].learned
    assert [question(one).current(session.situation) for one in ("template", "learned", "ends")] == [
        [o.label for o in question("template").options(session.situation)].index("chatml"), 1, 3,
    ]  # fmt: skip


def test_a_template_that_stops_at_the_system_is_a_finding_with_a_fix(here: Path) -> None:
    (here / "a.jsonl").write_bytes(lines([{"messages": talk(n, system=True)} for n in range(4)]))
    session = begun()
    take_model(session, "google/gemma-2-2b")
    named(session, "a.jsonl")
    found = next(one for one in session.review.findings if one.code == "MW790")
    assert found.severity == "error"
    assert found.fix is not None
    answers.take_fields(session, found.fix.changes, "fix")
    assert not any(one.code == "MW790" for one in session.review.findings)
    assert "Be brief" not in seen_of(session).rows[0].whole


def test_nothing_is_shown_of_what_is_not_here(here: Path) -> None:
    session = begun()
    assert rows_seen(session.state.plan, session.situation.head, session.outside, None) is None
    (here / "c.csv").write_bytes(b"a,b,c\nx x,y y,z z\n")
    named(session, "c.csv")
    assert rows(a="1")


TOOLS = next(one for one in SOUND if one.name == "tools.jsonl")


def test_whose_turns_are_learned_is_asked_where_tools_speak_and_seen_in_the_rows(here: Path) -> None:
    TOOLS.put(here)
    session = begun()
    named(session, TOOLS.name)
    asked = question("roles")
    labels = [one.label for one in asked.options(session.situation)]
    assert labels == ["assistant", "assistant and tool", "assistant, user and tool"]
    assert asked.current(session.situation) == 0
    before = seen_of(session).rows[0]
    for place, label in ((1, labels[1]), (2, labels[2]), (0, labels[0])):
        take(session, "roles", label)
        assert asked.current(session.situation) == place
        assert question("learned").current(session.situation) == 0, "that question leaves it to this one"
    assert seen_of(session).rows[0] == before
    assert "roles_to_train" not in data_entries(session.state.plan)[0]
    take(session, "roles", labels[1])
    row = seen_of(session).rows[0]
    assert len(row.learned) > len(before.learned)
    assert "1" in row.learned.replace(before.learned, "")


def test_whose_turns_are_learned_is_not_asked_where_two_speak_or_all_is_learned(here: Path) -> None:
    (here / "chat.jsonl").write_bytes(lines(talks()))
    TOOLS.put(here)
    session = begun()
    named(session, "chat.jsonl")
    assert question("roles").options(session.situation) == ()
    named(session, TOOLS.name)
    take(session, "learned", "all of it")
    assert question("roles").options(session.situation) == ()


def test_roles_of_a_persons_own_are_none_of_the_answers(here: Path) -> None:
    TOOLS.put(here)
    session = begun()
    named(session, TOOLS.name)
    first = {**data_entries(session.state.plan)[0], "roles_to_train": ["tool"]}
    answers.take_fields(session, {"datasets": [first]}, "own")
    assert question("roles").current(session.situation) is None


def test_a_picture_is_seen_where_it_stands_in_the_row_of_a_model_that_sees(here: Path) -> None:
    asked = [{"type": "image", "path": "a.png"}, {"type": "text", "text": "What is it?"}]
    row: dict[str, object] = {
        "messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": "A cat."}]
    }
    (here / "seen.jsonl").write_bytes(lines([row] * 3))
    session = begun()
    named(session, "seen.jsonl")
    assert "What is it?" in seen_of(session).rows[0].whole
    assert "[image]" not in seen_of(session).rows[0].whole  # it reads text alone
    answers.take_model(session, "Qwen/Qwen3-VL-8B-Instruct", *session.outside.model("Qwen/Qwen3-VL-8B-Instruct"))
    named(session, "none.jsonl")
    named(session, "seen.jsonl")
    assert session.state.plan.get("sample_packing") is False
    assert "eval_sample_packing" not in session.state.plan  # evaluation would stop at the pictures
    first = seen_of(session).rows[0]
    assert "[image]What is it?" in first.whole
    assert "A cat." in first.learned


def test_pairs_of_texts_are_not_shown_as_learned_by_what_reads_messages(here: Path) -> None:
    (here / "pairs.jsonl").write_bytes(lines([{"prompt": "a", "chosen": "b", "rejected": "c"}] * 3))
    session = begun()
    answers.take_fields(session, to_kind(kinds()["orpo"], session.situation), "orpo")
    named(session, "pairs.jsonl")
    assert {row.why for row in seen_of(session).rows} == {
        "chat_template.argilla reads lists of messages in chosen and rejected"
    }
    answers.take_fields(session, to_kind(kinds()["dpo"], session.situation), "dpo")
    assert [row.learned for row in seen_of(session).rows] == ["b"] * 3
