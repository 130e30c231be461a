"""A file is written whole or not at all, and what was there is never lost."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from wizard.domain.errors import InputError
from wizard.world.atomic import write


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def inside(folder: Path) -> dict[str, str]:
    """Every file of a folder, hidden ones too, with its content."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "my.yml"
    path.write_text("old", encoding="utf-8")
    return path


def test_writes_a_new_file(tmp_path: Path) -> None:
    assert write(tmp_path / "my.yml", "a: é\nb: 2\n") is None
    assert inside(tmp_path) == {"my.yml": "a: é\nb: 2\n"}


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "my.yml", "new")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert mode(tmp_path / "my.yml") == 0o640


def test_writes_the_same_bytes_on_each_system(tmp_path: Path) -> None:
    write(tmp_path / "my.yml", "a: 1\nb: 2\r\n")
    assert (tmp_path / "my.yml").read_bytes() == b"a: 1\nb: 2\r\n"


@pytest.mark.parametrize("bits", [0o600, 0o644, 0o664, 0o755])
def test_a_replaced_file_keeps_its_mode(target: Path, bits: int) -> None:
    target.chmod(bits)
    write(target, "new")
    assert mode(target) == bits


def test_a_mode_can_be_asked_for(target: Path) -> None:
    write(target, "new", mode=0o600)
    assert mode(target) == 0o600


def test_a_private_file_has_a_private_backup(target: Path) -> None:
    target.chmod(0o600)
    saved = write(target, "new")
    assert saved is not None
    assert mode(saved) == 0o600


def test_the_old_content_stays_as_a_numbered_backup(target: Path) -> None:
    assert write(target, "second") == target.with_name("my.yml.bak1")
    assert write(target, "third") == target.with_name("my.yml.bak2")
    assert inside(target.parent) == {"my.yml": "third", "my.yml.bak1": "old", "my.yml.bak2": "second"}


def test_no_backup_of_the_persons_is_overwritten(target: Path) -> None:
    for name in ("my.yml.bak1", "my.yml.bak3"):
        target.with_name(name).write_text("mine", encoding="utf-8")
    target.with_name("my.yml.bak2").symlink_to("nothing")
    assert write(target, "new") == target.with_name("my.yml.bak4")
    found = inside(target.parent)
    assert (found["my.yml.bak1"], found["my.yml.bak3"], found["my.yml.bak4"]) == ("mine", "mine", "old")


def test_a_backup_keeps_the_bytes(target: Path) -> None:
    target.write_bytes(b"\xff\r\n\x00")
    saved = write(target, "new")
    assert saved is not None
    assert saved.read_bytes() == b"\xff\r\n\x00"


def one_name(*_: object, **__: object) -> None:
    """A file system where a file has one name: FAT, some networks."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_a_file_system_without_second_names_gets_a_copy(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", one_name)
    target.write_bytes(b"\xff\r\n\x00")
    target.chmod(0o600)
    saved = write(target, "new")
    assert saved == target.with_name("my.yml.bak1")
    assert (saved.read_bytes(), mode(saved)) == (b"\xff\r\n\x00", 0o600)
    assert write(target, "third") == target.with_name("my.yml.bak2")
    assert target.with_name("my.yml.bak2").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("copied", [False, True], ids=["second name", "copy"])
def test_a_backup_that_somebody_makes_at_the_same_moment(
    target: Path, monkeypatch: pytest.MonkeyPatch, copied: bool
) -> None:
    if copied:
        monkeypatch.setattr(os, "link", one_name)
    target.with_name("my.yml.bak1").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    assert write(target, "new") == target.with_name("my.yml.bak2")
    assert inside(target.parent) == {"my.yml": "new", "my.yml.bak1": "mine", "my.yml.bak2": "old"}


@pytest.mark.parametrize("copied", [False, True], ids=["second name", "copy"])
def test_a_rename_that_fails_takes_the_backup_back(target: Path, monkeypatch: pytest.MonkeyPatch, copied: bool) -> None:
    if copied:
        monkeypatch.setattr(os, "link", one_name)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(InputError, match="can't be written: Permission denied"):
            write(target, "new")
    assert inside(target.parent) == {"my.yml": "old"}


@pytest.mark.parametrize("copied", [False, True], ids=["second name", "copy"])
def test_a_file_that_goes_meanwhile_leaves_nothing(target: Path, monkeypatch: pytest.MonkeyPatch, copied: bool) -> None:
    if copied:
        monkeypatch.setattr(os, "link", one_name)
    monkeypatch.setattr(os, "fsync", lambda _: target.unlink(missing_ok=True))
    with pytest.raises(InputError, match="can't be written: No such file"):
        write(target, "new")
    assert inside(target.parent) == {}


def test_a_rename_that_was_done_but_says_it_failed(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network's file system may lose the answer and ask again for what is done by then."""
    real = os.replace

    def forgetful(one: Path, other: Path) -> None:
        real(one, other)
        real(one, other)

    monkeypatch.setattr(os, "replace", forgetful)
    assert write(target, "new") == target.with_name("my.yml.bak1")
    assert inside(target.parent) == {"my.yml": "new", "my.yml.bak1": "old"}


def test_without_a_backup(target: Path) -> None:
    assert write(target, "new", backup=False) is None
    assert inside(target.parent) == {"my.yml": "new"}


def test_a_link_is_followed(target: Path, tmp_path: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "link.yml"
    link.symlink_to(target)
    assert write(link, "new") == target.with_name("my.yml.bak1")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert list(folder.iterdir()) == [link]


def test_a_link_to_nothing_makes_its_file(tmp_path: Path) -> None:
    link = tmp_path / "link.yml"
    link.symlink_to("real.yml")
    write(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real.yml").read_text(encoding="utf-8") == "new"


def test_a_file_beside_an_open_one_is_a_new_file(target: Path) -> None:
    """Who has the old file open goes on reading the old content."""
    with target.open(encoding="utf-8") as reader:
        write(target, "new and longer")
        assert reader.read() == "old"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "is a folder; name a file in it"), ("no/such/my.yml", "there is no folder"), ("my.yml/x", "Not a directory")],
)
def test_says_why_not(target: Path, name: str, words: str) -> None:
    path = target.parent / name
    with pytest.raises(InputError, match=words) as caught:
        write(path, "new")
    assert caught.value.file == str(path)
    assert inside(target.parent) == {"my.yml": "old"}


def refuse(*_: object, **__: object) -> int:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(InputError, match="can't be written: Permission denied"):
            write(tmp_path / "my.yml", "new")
    assert inside(tmp_path) == {}


def test_a_backup_that_may_not_be_written_leaves_the_old_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(InputError, match="can't be written: Permission denied"):
            write(target, "new")
    assert inside(target.parent) == {"my.yml": "old"}


def test_a_file_that_may_not_be_written_is_not_replaced(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder's permission is enough for a rename; the file's own is asked all the same."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="you may not write this file"):
        write(target, "new")
    assert inside(target.parent) == {"my.yml": "old"}


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_old_file_whole(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="can't be written: No space left on device"):
        write(target, "new", backup=False)
    assert inside(target.parent) == {"my.yml": "old"}


def test_a_full_disk_leaves_no_half_of_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write(tmp_path / "my.yml", "new")
    assert inside(tmp_path) == {}


def test_a_disk_that_fills_up_while_writing_backs_out(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write(target, "new")
    found = inside(target.parent)
    assert found["my.yml"] == "old"
    assert not any(name.endswith(".tmp") for name in found)


def test_an_interruption_in_the_middle_leaves_the_old_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(target, "new", backup=False)
    assert inside(target.parent) == {"my.yml": "old"}


def test_a_folder_that_cannot_be_synced_is_no_failure(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems refuse fsync on a folder; the file itself is safe then."""
    real = os.fsync

    def fussy(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fussy)
    write(target, "new", backup=False)
    assert inside(target.parent) == {"my.yml": "new"}
