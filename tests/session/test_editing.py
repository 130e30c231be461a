"""The whole file in an editor: what comes back is one change; comments and order stay, ours are kept true."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.session.test_conversation import begun, own
from wizard.session.conversation import Conversation
from wizard.session.editing import edited, take_edited
from wizard.session.results import Changed, Nothing, Refused


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that adds its own lines to a file, as $EDITOR."""
    script = tmp_path / "my editor"
    script.write_text('#!/bin/sh\ncat "$(dirname "$0")/more" >> "$1"\n', encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{script}'")
    return tmp_path / "more"


def test_the_editor_gets_the_text_and_gives_it_back(editor: Path) -> None:
    editor.write_text("seed: 7\n", encoding="utf-8")
    session = begun("here.yml")
    text = session.rendered()
    assert edited(session, text) == f"{text}seed: 7\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [("", "no editor is named"), ("no-such-editor-here", "can't be started"), ("false", "ended with 1"),
     ("'vi", "is no command")],
)  # fmt: skip
def test_without_one_it_says_so(command: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)
    done = edited(begun(), "a: 1\n")
    assert isinstance(done, Refused)
    assert why in done.reason


@pytest.mark.parametrize(
    ("does", "kept"),
    [
        ("rm", "a: 1\n"), ("printf 'b: \\374\\n' >>", "a: 1\nb: \u00fc\n"),
        ("printf '\\377\\376b\\0:\\0 \\0002\\0' >", "b: 2"),
    ],
    ids=["deleted", "latin-1", "utf-16"],
)  # fmt: skip
def test_what_cannot_be_read_can_be_edited_again(
    does: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\n{does} "$1"\n', encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    done = edited(begun(), "a: 1\n")
    assert isinstance(done, Refused)
    assert "what the editor left can't be read" in done.reason
    assert done.again == kept


def trained(session: Conversation) -> str:
    assert session.review.estimate is not None
    return f"{session.review.estimate.trainable:,}"


def test_values_alone_leave_a_file_that_memwizard_writes() -> None:
    session = begun()
    text = session.rendered().replace("lora_r: 32 ", "lora_r: 16 ")
    done = take_edited(session, text)
    assert isinstance(done, Changed)
    assert done.also == ("lora_r",)
    assert session.state.edited is None
    assert f"{trained(session)} parameters are trained" in session.rendered()
    assert isinstance(session.undo(), Changed)
    assert session.state.plan["lora_r"] == 32


def test_comments_and_order_stay_and_ours_are_kept_true() -> None:
    session = begun()
    before = session.rendered()
    head = next(line for line in before.splitlines() if "Needs about" in line)
    done = take_edited(session, f"# mine: {{keep}}\n{before}# the end\nseed: 7  # lucky\n")
    assert isinstance(done, Changed)
    assert done.also == ("seed",)
    after = session.rendered()
    assert after == f"# mine: {{keep}}\n{before}# the end\nseed: 7  # lucky\n"
    session.change(session.state.with_fields({"lora_r": 16, "sequence_len": 4096}), "more")
    now = session.rendered()
    assert now.startswith("# mine: {keep}\n")
    assert now.endswith("# the end\nseed: 7  # lucky\n")
    assert head not in now
    assert "# Needs about" in now
    assert f"# {trained(session)} parameters are trained" in now
    assert yaml.safe_load(now) == dict(session.state.plan.values)
    session.undo()
    session.undo()
    assert session.rendered() == before


def test_an_own_file_is_what_was_typed(tmp_path: Path) -> None:
    text = "# mine\nbase_model: meta-llama/Llama-3.2-1B\nlearning_rate: 0.0002\n"
    session = own(tmp_path / "mine.yml", text)
    typed = "# better\nlearning_rate: 0.0001 # less\nbase_model: meta-llama/Llama-3.2-1B\n"
    assert isinstance(take_edited(session, typed), Changed)
    assert session.rendered() == typed
    assert session.state.model is not None
    session.undo()
    assert session.rendered() == text


def test_the_same_text_is_no_change() -> None:
    session = begun()
    assert take_edited(session, session.rendered()) == Nothing("the same")
    assert not session.past


@pytest.mark.parametrize(
    ("typed", "why"),
    [("seed: [1\n", ":2: not valid YAML"), ("lora_r: many\n", "`lora_r` is 'many'"), ("- a\n", "holds a list")],
)
def test_what_is_no_config_is_refused_with_its_line(typed: str, why: str) -> None:
    session = begun("here.yml")
    before = session.state
    done = take_edited(session, typed)
    assert isinstance(done, Refused)
    assert why in done.reason
    assert done.reason.startswith("here.yml")
    assert session.state is before
