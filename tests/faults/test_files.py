"""Every operation on a file that memwizard writes fails once, in each way: the old file is there, or the new one."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.faults.failing import ERRORS, KILLED, Failing
from tests.faults.writers import BAD, GPU, WRITERS, Writer
from wizard.world.drafts import Drafts
from wizard.world.ledger import LEDGER

MOST = 150
"""Calls that a writer may make, at most."""


def fresh(folder: Path, writer: Writer, patch: pytest.MonkeyPatch) -> Path:
    """A folder as it is before the writer, which becomes the current one."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "home").mkdir(parents=True)
    patch.chdir(folder)
    patch.setenv("HOME", str(folder / "home"))
    LEDGER.clear()
    (folder / "my.yml").write_text(BAD)
    target = folder / writer.path
    if writer.old is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(writer.old)
    elif writer.path == "my.yml":
        target.unlink()
    return target


def content(target: Path) -> bytes | None:
    """What is there; of a folder of drafts, all of them."""
    if target.is_dir():
        return b"".join(path.read_bytes() for path in sorted(target.glob("*.yml"))) or None
    found = target.read_bytes() if target.exists() else None
    return (found or None) if target.suffix == ".jsonl" else found


@pytest.mark.parametrize("error", ERRORS, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize("name", WRITERS)
def test_an_operation_that_fails(name: str, error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, folder = WRITERS[name], tmp_path / "here"
    target = fresh(folder, writer, monkeypatch)
    before = content(target)
    assert writer.write(folder)
    after = content(target)
    for at in range(1, MOST):
        fresh(folder, writer, monkeypatch)
        with monkeypatch.context() as patch:
            failing = Failing(patch, at, error, spares=None if writer.path == "my.yml" else "my.yml")
            done = writer.write(folder)
        now = content(target)
        where = f"{failing.failed}, call {at}"
        if not failing.failed:
            break
        assert now in (before, after) or (done and now is not None), where
        if not done and failing.failed not in ("replace", "unlink", "fsync") and name != "generate --launch":
            assert now == before, where
    else:
        pytest.fail("it never came to its end")
    assert at > 3, "nothing was counted"


@pytest.mark.parametrize("name", ["the writer", "a new file", "a draft", "a receipt"])
def test_killed_before_each_operation(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, folder = WRITERS[name], tmp_path / "here"
    target = fresh(folder, writer, monkeypatch)
    before = content(target)
    writer.write(folder)
    after = content(target)
    for at in range(1, MOST):
        fresh(folder, writer, monkeypatch)
        child = os.fork()
        if not child:
            with monkeypatch.context() as patch:
                Failing(patch, at, KILLED)
                writer.write(folder)
            os._exit(0)
        if not os.waitpid(child, 0)[1]:
            break
        assert content(target) in (before, after), at
        assert writer.write(folder), "the next one writes all the same"
    assert at > 3


# --- what stands where a file should be


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _another_system(path: Path) -> None:
    place = Path("/dev/shm") / f"memwizard-{os.getpid()}-{path.name}"
    place.write_text("old: 1\n")
    path.symlink_to(place)


def _no_right(path: Path) -> None:
    path.write_text("old: 1\n")
    path.chmod(0)


KINDS: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a FIFO": os.mkfifo,
    "a device": lambda path: path.symlink_to("/dev/full"),
    "a link to itself": _loop,
    "a link to nothing": lambda path: path.symlink_to("nothing-yet"),
    "a link to another file system": _another_system,
    "a file without a right": _no_right,
}
COMMANDS = {
    "generate": ("generate", "--preset", "qlora-24gb", *GPU, "-o", "there", "--overwrite"),
    "check --fix": ("check", "there", "--fix", *GPU),
    "check --output-file": ("check", "my.yml", *GPU, "--output-file", "there"),
    "a baseline": ("check", "my.yml", *GPU, "--write-baseline", "there"),
    "migrate": ("migrate", "there", "--write", "--yes"),
    "fit": ("fit", "my.yml", *GPU, "-o", "there", "--overwrite"),
    "estimate": ("estimate", "there", *GPU),
    "data": ("data", "there", *GPU),
    "doctor": ("doctor", "there"),
    "settings": ("config", "show"),
    "history": ("history", "show"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name",
    ["model/config.json", "model/model.safetensors", "model/tokenizer.json", "presets/mine.yml", "pyproject.toml"],
)
def test_what_is_no_plain_file_beside_a_config(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMWIZARD_PRESETS", "presets")
    (tmp_path / "my.yml").write_text("base_model: model\ndatasets: [{path: rows.jsonl, type: completion}]\n")
    (tmp_path / "rows.jsonl").write_text('{"text": "a"}\n')
    (tmp_path / name).parent.mkdir(exist_ok=True)
    KINDS[kind](tmp_path / name)
    try:
        for call in (("check", "my.yml", *GPU), ("estimate", "my.yml", *GPU), ("data", "my.yml", *GPU), ("presets",)):
            done = run(*call)
            assert done.code in (0, 1, 2)
            assert "Traceback" not in done.err
    finally:
        if kind == "a link to another file system":
            Path(os.readlink(tmp_path / name)).unlink()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_plain_file(command: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if (command, kind) == ("doctor", "a FIFO"):
        pytest.skip("a log may come through a pipe, as `doctor <(kubectl logs ...)` has it")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yml").write_text(BAD)
    there = tmp_path / "there"
    if command == "settings":
        monkeypatch.setenv("MEMWIZARD_CONFIG", str(there))
    if command == "history":
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        there = tmp_path / "memwizard" / "history.jsonl"
        there.parent.mkdir()
    KINDS[kind](there)
    before = stat.S_IFMT(os.lstat(there).st_mode)
    try:
        done = run(*COMMANDS[command])
        assert done.code in (0, 1, 2)
        assert "Traceback" not in done.err
        assert stat.S_IFMT(os.lstat(there).st_mode) == before
    finally:
        if kind == "a link to another file system":
            Path(os.readlink(there)).unlink()


# --- a home that is none


HOMES = {
    "none": None, "empty": "", "relative": "here", "a file": "/dev/null", "not there": "/nonexistent/x", "nobody": "~x",
}  # fmt: skip
CALLS = (
    ("config", "show"), ("history",), ("check", "my.yml", *GPU), ("presets",), ("doctor", "my.yml"), ("--plain", *GPU),
    ("generate", "--preset", "qlora-24gb", *GPU), ("data", "my.yml", *GPU), ("models", "qwen3"),
)  # fmt: skip


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_without_a_home(call: tuple[str, ...], home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yml").write_text(BAD)
    place = HOMES[home]
    if place is None:
        monkeypatch.delenv("HOME")
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            monkeypatch.setenv(name, str(tmp_path / "own"))  # the system's own answer is this person's home
    else:
        monkeypatch.setenv("HOME", place)
    done = run(*call, stdin="\n\nquit\n")
    assert done.code in (0, 1, 2)
    assert "Traceback" not in done.err


def test_a_home_that_takes_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", "/proc")
    done = run("--plain", *GPU, "--preset", "qlora-24gb", stdin="\n\nQwen/Qwen3-0.6B\nquit\n")
    assert "your work is lost: no draft is kept: " in done.err


def test_a_clock_that_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    real = time.time
    first = Drafts(tmp_path)
    first.save({"a": 1})
    first.close()
    monkeypatch.setattr(time, "time", lambda: real() - 10 * 365 * 86400)
    for path in tmp_path.iterdir():
        os.utime(path, (4e9, 4e9))
    second = Drafts(tmp_path)
    second.save({"b": 2})
    assert [values for _, values in second.waiting()] == [{"a": 1}]
    second.close()
    assert {next(iter(values)) for _, values in Drafts(tmp_path).waiting()} == {"a", "b"}


def test_a_name_with_a_nul() -> None:
    drafts = Drafts(Path("a\0b"))
    drafts.save({"a": 1})
    assert drafts.failed is not None
    assert drafts.waiting() == []
    assert not drafts.take(Path("a\0b/c.yml"))
