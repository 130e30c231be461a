"""Drafts: each wizard its own, found by the next one when it ended, however it ended."""

from __future__ import annotations

import datetime
import errno
import fcntl
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.world.drafts import KEPT, Drafts
from wizard.world.places import state_folder

WORK = {"version": 1, "step": 2, "preset": None, "wish": {"set": {"lora_r": 16, "lr": 2e-4}, "removed": ["fp16"]}}
LIVE = """
import sys
from pathlib import Path
from wizard.world.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
print(*(drafts.take(path) for path, _ in drafts.waiting()), flush=True)
for line in sys.stdin:
    drafts.save({"text": line.strip()})
    print(drafts.failed, flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drafts"


class Wizard:
    """A wizard in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.took = self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def save(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        assert self._line() == "None"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def wizard(folder: Path) -> Iterator[Wizard]:
    with subprocess.Popen(
        [sys.executable, "-c", LIVE, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Wizard(process)
        finally:
            process.kill()


def left(folder: Path, **mapping: object) -> Path:
    """A draft that a wizard left behind."""
    ended = Drafts(folder)
    before = set(folder.glob("*.yml"))
    ended.save(mapping)
    ended.close()
    (path,) = set(folder.glob("*.yml")) - before
    return path


def values(drafts: Drafts) -> list[dict[str, object]]:
    return [found for _, found in drafts.waiting()]


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


# --- one wizard


def test_nothing_is_made_before_there_is_something_to_keep(folder: Path) -> None:
    drafts = Drafts(folder)
    assert drafts.waiting() == []
    drafts.forget()
    drafts.close()
    assert not folder.exists()
    assert Drafts().folder == state_folder() / "drafts"


def test_what_is_kept_comes_back(folder: Path) -> None:
    drafts = Drafts(folder)
    drafts.save({"a": 1})
    drafts.save(WORK)
    assert drafts.failed is None
    assert drafts.waiting() == []  # its own
    drafts.close()
    assert values(drafts) == values(Drafts(folder)) == [WORK]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(10**20), 10**20)
            | st.floats(allow_nan=False)
            | st.dates(datetime.date(1000, 1, 1))
            | st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
            lambda one: st.lists(one, max_size=3),
            max_leaves=6,
        ),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_values_survive(mapping: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as name:
        drafts = Drafts(Path(name))
        drafts.save(mapping)
        assert drafts.failed is None
        drafts.close()
        assert values(Drafts(Path(name))) == [mapping]


def test_a_date_and_a_time_survive(folder: Path) -> None:
    work = {
        "day": datetime.date(2024, 2, 29),
        "time": datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone.utc),
        "text": "2024-02-29",
    }
    left(folder, **work)
    assert values(Drafts(folder)) == [work]


def test_nobody_else_may_read_it(folder: Path) -> None:
    before = os.umask(0)
    try:
        drafts = Drafts(folder)
        drafts.save(WORK)
        drafts.save(WORK)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600, 0o600]


def test_a_folder_that_others_may_enter_is_closed(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o755)
    Drafts(folder).save(WORK)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_forgetting_leaves_nothing(folder: Path) -> None:
    drafts = Drafts(folder)
    drafts.save(WORK)
    drafts.forget()
    assert names(folder) == []
    drafts.forget()
    drafts.save({"a": 2})  # the work goes on
    drafts.close()
    assert values(Drafts(folder)) == [{"a": 2}]


def test_a_draft_is_replaced_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure on the way leaves the old draft, no half one, and the next time it works again."""
    drafts = Drafts(folder)
    drafts.save({"a": 1})
    before = names(folder)

    def full(_: Path, __: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        drafts.save({"a": 2})
    said = drafts.failed or ""
    assert said.startswith("no draft is kept: ")
    assert "No space left on device" in said
    assert names(folder) == before
    drafts.save({"a": 3})
    assert drafts.failed is None
    drafts.close()
    assert values(Drafts(folder)) == [{"a": 3}]


def test_no_disk_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: int) -> None:
        raise AssertionError

    monkeypatch.setattr(os, "fsync", never)
    drafts = Drafts(folder)
    drafts.save(WORK)
    assert drafts.failed is None


@pytest.mark.parametrize("name", ["mkdir", "open", "flock"])
def test_where_nothing_can_be_kept(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A folder that is read-only, or a file system without locks: no draft, one sentence, nothing left."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    drafts = Drafts(folder)
    if name != "mkdir":
        folder.mkdir(parents=True)
    left_before = left(folder, a=1) if name != "mkdir" else None
    with monkeypatch.context() as patch:
        patch.setattr({"mkdir": Path, "open": os, "flock": fcntl}[name], name, refuse)
        drafts.save(WORK)
        assert drafts.failed == f"no draft is kept: {folder}: Read-only file system"
        assert drafts.waiting() == []
        assert left_before is None or not drafts.take(left_before)
        drafts.forget()
    assert left_before is None or names(folder) == [left_before.with_suffix(".lock").name, left_before.name]
    drafts.save(WORK)
    assert drafts.failed is None


def test_a_file_where_the_folder_should_be(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("mine", encoding="utf-8")
    drafts = Drafts(folder)
    drafts.save(WORK)
    assert drafts.failed is not None
    assert drafts.waiting() == []
    assert not drafts.take(folder / "a.yml")
    assert folder.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("mapping", [{"a": object()}, {"a": "x" * (2 << 20)}, {"a": {1, object()}}])
def test_what_cannot_be_written_is_a_sentence(folder: Path, mapping: dict[str, object]) -> None:
    drafts = Drafts(folder)
    drafts.save(mapping)
    assert "\n" not in (drafts.failed or "\n")
    drafts.save(WORK)
    assert drafts.failed is None


def test_a_folder_that_was_removed_is_made_again(folder: Path) -> None:
    drafts = Drafts(folder)
    drafts.save({"a": 1})
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    drafts.save({"a": 2})
    assert drafts.failed is None
    drafts.close()
    assert values(Drafts(folder)) == [{"a": 2}]


# --- several


def test_a_living_wizards_draft_is_its_own(folder: Path) -> None:
    one, two = Drafts(folder), Drafts(folder)
    one.save({"a": 1})
    two.save({"a": 2})
    assert one.waiting() == two.waiting() == Drafts(folder).waiting() == []
    (other,) = (path for path in folder.glob("*.yml") if "a: 2" in path.read_text(encoding="utf-8"))
    assert not one.take(other)
    two.close()
    assert values(one) == [{"a": 2}]
    one.forget()
    assert values(Drafts(folder)) == [{"a": 2}]


def test_a_killed_process_leaves_its_draft(folder: Path) -> None:
    drafts = Drafts(folder)
    with wizard(folder) as other:
        other.save("first")
        other.save("second")
        assert drafts.waiting() == []
        other.kill()
    ((path, found),) = drafts.waiting()
    assert found == {"text": "second"}
    with wizard(folder) as next_one:
        assert next_one.took == "True"
        assert drafts.waiting() == []
        assert not drafts.take(path)
        next_one.save("third")
        assert names(folder) == [path.with_suffix(".lock").name, path.name]
    assert values(drafts) == [{"text": "third"}]


def test_the_latest_comes_first(folder: Path) -> None:
    for number, seconds in enumerate((300, 100, 200)):
        os.utime(left(folder, a=number), (seconds, seconds))
    assert values(Drafts(folder)) == [{"a": 0}, {"a": 2}, {"a": 1}]


def test_going_on_with_a_draft(folder: Path) -> None:
    left(folder, a=1)
    drafts = Drafts(folder)
    ((path, _),) = drafts.waiting()
    drafts.save({"b": 1})
    assert drafts.take(path)
    assert names(folder) == [path.with_suffix(".lock").name, path.name]  # its own is gone
    assert Drafts(folder).waiting() == []
    assert not drafts.take(path)
    drafts.save({"a": 2})
    drafts.close()
    assert values(Drafts(folder)) == [{"a": 2}]
    assert drafts.take(path)
    drafts.forget()
    assert names(folder) == []


def test_a_draft_that_was_taken_meanwhile(folder: Path) -> None:
    path = left(folder, a=1)
    late, quick = Drafts(folder), Drafts(folder)
    assert late.waiting()
    assert quick.waiting()
    assert quick.take(path)
    assert not late.take(path)  # it lives
    quick.save({"a": 2})
    quick.close()
    assert not late.take(path)  # it is not what was shown
    assert late.waiting() == [(path, {"a": 2})]
    assert late.take(path)
    late.close()
    quick.take(path)
    quick.forget()
    assert not late.take(path)  # it is gone
    assert names(folder) == []


def test_only_drafts_can_be_taken(folder: Path, tmp_path: Path) -> None:
    path = left(folder, a=1)
    (tmp_path / "my.yml").write_text("a: 1\n", encoding="utf-8")
    drafts = Drafts(folder)
    for other in (tmp_path / "my.yml", path.with_suffix(".lock"), folder / "none.yml"):
        assert not drafts.take(other)
    assert (tmp_path / "my.yml").exists()
    assert len(names(folder)) == 2


def test_one_that_only_looks_does_not_keep_it_from_being_taken(folder: Path) -> None:
    path = left(folder, a=1)
    looking = os.open(path.with_suffix(".lock"), os.O_RDWR)
    fcntl.flock(looking, fcntl.LOCK_SH)
    assert values(Drafts(folder)) == [{"a": 1}]
    assert not Drafts(folder).take(path)  # too long
    os.close(looking)
    assert Drafts(folder).take(path)


def test_a_lock_that_was_deleted_before_it_was_had(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another wizard clears the new lock file away: a new name is taken."""
    real = fcntl.flock
    seen: list[Path] = []

    def late(lock: int, kind: int) -> None:
        if not seen:
            seen.extend(folder.glob("*.lock"))
            seen[0].unlink()
        real(lock, kind)

    monkeypatch.setattr(fcntl, "flock", late)
    drafts = Drafts(folder)
    drafts.save(WORK)
    assert drafts.failed is None
    assert len(seen) == 1
    assert Drafts(folder).waiting() == []
    assert len(names(folder)) == 2


def test_broken_ones_are_passed_over(folder: Path) -> None:
    good = left(folder, a=1)
    (folder / "broken.yml").write_text("a: [1", encoding="utf-8")
    (folder / "list.yml").write_text("- 1", encoding="utf-8")
    (folder / "empty.yml").write_text("", encoding="utf-8")
    (folder / "bytes.yml").write_bytes(b"\xff\xfe")
    (folder / "deep.yml").write_text("a: " + "[" * 100_000, encoding="utf-8")
    (folder / "object.yml").write_text("a: !!python/object/apply:os.system [ls]", encoding="utf-8")
    (folder / "folder.yml").mkdir()
    (folder / "dangling.yml").symlink_to("nothing.yml")
    (folder / "**.lock").write_text("", encoding="utf-8")
    (folder / "[.tmp").write_text("", encoding="utf-8")
    (folder / ".lock").mkdir()
    os.mkfifo(folder / "pipe.yml")
    with (folder / "large.yml").open("wb") as file:
        file.truncate(50 << 20)
    assert Drafts(folder).waiting() == [(good, {"a": 1})]


def test_one_without_a_lock_file_belongs_to_nobody(folder: Path) -> None:
    path = left(folder, a=1)
    path.with_suffix(".lock").unlink()
    drafts = Drafts(folder)
    assert drafts.waiting() == [(path, {"a": 1})]
    assert drafts.take(path)
    assert Drafts(folder).waiting() == []


def test_ten_are_kept(folder: Path) -> None:
    made = [left(folder, a=number) for number in range(KEPT + 5)]
    for number, path in enumerate(made):
        os.utime(path, (number, number))
    living = Drafts(folder)
    assert living.take(made[0])  # the oldest, but not left behind
    kept = list(reversed(made))[:KEPT]
    assert [path for path, _ in Drafts(folder).waiting()] == kept
    assert sorted(folder.glob("*.yml")) == sorted((*kept, made[0]))
    assert len(names(folder)) == 2 * (KEPT + 1)
    assert len(Drafts(folder).waiting()) == KEPT


def test_what_killed_wizards_left_besides_is_cleared_away(folder: Path) -> None:
    path, living = left(folder, a=1), Drafts(folder)
    living.save({"a": 2})
    (own,) = set(folder.glob("*.yml")) - {path}
    halves = [folder / f".{one.name}.abc.tmp" for one in (path, own)]
    for half in (*halves, folder / ".gone.yml.abc.tmp", folder / "gone.lock"):
        half.write_text("a: ", encoding="utf-8")
    assert values(Drafts(folder)) == [{"a": 1}]
    kept = (path, own, path.with_suffix(".lock"), own.with_suffix(".lock"), halves[1])
    assert names(folder) == sorted(one.name for one in kept)
