"""Writing in two parts: what is shown and agreed to is what is written, or nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.cli.outside import RealOutside
from wizard.domain.errors import InputError
from wizard.session.writing import commit, prepare

FILES = RealOutside()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yml"


def test_a_new_file(file: Path) -> None:
    pending = prepare(str(file), "a: 1\n", FILES)
    assert (pending.status, pending.old, pending.difference) == ("new", None, "")
    assert not file.exists()
    done = commit(pending, FILES)
    assert (done.path, done.text, done.backup, done.changed) == (str(file), "a: 1\n", None, True)
    assert file.read_text() == "a: 1\n"


def test_another_text_waits_with_its_difference(file: Path) -> None:
    file.write_text("a: 1\n")
    pending = prepare(str(file), "a: 2\n", FILES)
    assert (pending.status, pending.old) == ("replaces", "a: 1\n")
    assert pending.difference.endswith("-a: 1\n+a: 2\n")
    assert file.read_text() == "a: 1\n"
    backup = commit(pending, FILES).backup
    assert backup is not None
    assert (file.read_text(), backup.read_text()) == ("a: 2\n", "a: 1\n")


def test_the_same_text_is_not_written_again(file: Path) -> None:
    file.write_text("a: 1\n")
    file.chmod(0o400)
    pending = prepare(str(file), "a: 1\n", FILES)
    assert pending.status == "same"
    assert not commit(pending, FILES).changed
    assert list(file.parent.iterdir()) == [file]


def test_standard_output_is_left_to_the_caller() -> None:
    pending = prepare("-", "a: 1\n", FILES)
    assert pending.status == "stdout"
    assert commit(pending, FILES).changed
    assert not Path("-").exists()


@pytest.mark.parametrize("before", [None, "a: 1\n"], ids=["new", "replaces"])
@pytest.mark.parametrize("meanwhile", [None, "theirs: true\n"], ids=["gone", "changed"])
def test_what_was_not_shown_is_not_replaced(before: str | None, meanwhile: str | None, file: Path) -> None:
    if before is not None:
        file.write_text(before)
    pending = prepare(str(file), "a: 2\n", FILES)
    file.unlink(missing_ok=True)
    if meanwhile is not None:
        file.write_text(meanwhile)
    if before == meanwhile:
        assert commit(pending, FILES).changed
        return
    with pytest.raises(InputError, match="it was changed since then; nothing is written"):
        commit(pending, FILES)
    assert (file.read_text() if file.exists() else None) == meanwhile


@pytest.mark.parametrize(("path", "words"), [("", "Name the file"), ("a\0b", "zero byte"), (".", "is a folder")])
def test_names_that_cannot_be(path: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepare(path, "a: 1\n", FILES)
