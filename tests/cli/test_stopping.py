"""A command that is stopped tidies up, leaves with the signal's code, and says what it changed, as it is."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from tests.cli.command import Done, files, run
from tests.cli.configs import GOOD, with_line
from wizard.cli import main
from wizard.cli.stopping import NAMED, heeded
from wizard.world.ledger import LEDGER

GPU = ("--gpu", "rtx-4090")
BAD = with_line("eval_batch_size: 8")
NEW = ("generate", "--preset", "qlora-24gb", *GPU)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stopped(done: Done) -> str:
    """The last words, after `memwizard: stopped; `."""
    assert "Traceback" not in done.err
    (line,) = (line for line in done.err.splitlines() if line.startswith("memwizard: stopped; "))
    return line.removeprefix("memwizard: stopped; ")


def names(count: int) -> list[str]:
    return [f"{number:02}.yml" for number in range(count)]


def bad_ones(count: int) -> list[str]:
    for name in names(count):
        Path(name).write_text(BAD, encoding="utf-8")
    return names(count)


def fixed(here: Path) -> list[str]:
    return sorted(name for name, content in files(here).items() if content != BAD.encode())


@pytest.fixture(autouse=True)
def as_a_shell_leaves_them() -> Iterator[None]:
    """Signals that nobody listens to: what runs the tests may (coverage.py does, to write down what it saw)."""
    before = [(number, signal.signal(number, signal.SIG_DFL)) for number in (signal.SIGTERM, signal.SIGHUP)]
    yield
    for number, handler in before:
        signal.signal(number, handler)


@pytest.fixture
def at_rename(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, signal.Signals]]:
    """The signal that comes just after the rename of this number; of a negative one, just before."""
    real = os.replace
    wanted: dict[int, signal.Signals] = {}
    seen = 0

    def replace(one: Path, other: Path) -> None:
        nonlocal seen
        seen += 1
        if -seen in wanted:
            signal.raise_signal(wanted[-seen])
        real(one, other)
        if seen in wanted:
            signal.raise_signal(wanted[seen])

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        yield wanted


@pytest.mark.parametrize("number", SIGNALS)
def test_check_says_how_many_it_has_fixed(
    here: Path, at_rename: dict[int, signal.Signals], number: signal.Signals
) -> None:
    at_rename[3] = number
    done = run("check", *bad_ones(7), *GPU, "--fix")
    assert done.code == 128 + number
    assert stopped(done) == "3 of 7 files were changed: 00.yml, 01.yml, 02.yml"
    assert fixed(here) == ["00.yml", "01.yml", "02.yml"]
    assert sorted(files(here)) == names(7)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_file_whose_rename_did_not_come_is_none_of_them(
    here: Path, at_rename: dict[int, signal.Signals], number: signal.Signals
) -> None:
    at_rename[-2] = number
    done = run("check", *bad_ones(7), *GPU, "--fix")
    assert done.code == 128 + number
    assert stopped(done) == "1 of 7 files was changed: 00.yml"
    assert fixed(here) == ["00.yml"]
    assert sorted(files(here)) == names(7)


def test_of_many_only_some_are_named(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    at_rename[9] = signal.SIGINT
    done = run("check", ".", *bad_ones(12), *GPU, "--fix")
    assert stopped(done) == f"9 of 12 files were changed: {', '.join(names(NAMED))} and 4 more"
    assert fixed(here) == names(9)


def test_the_only_file(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    at_rename[1] = signal.SIGINT
    assert stopped(run("check", *bad_ones(1), *GPU, "--fix")) == "1 file was changed: 00.yml"


@pytest.mark.parametrize("number", SIGNALS)
def test_generate_names_the_backup(here: Path, at_rename: dict[int, signal.Signals], number: signal.Signals) -> None:
    (here / "my.yml").write_text("old\n")
    at_rename[1] = number
    done = run(*NEW, "-o", "my.yml", "--overwrite")
    assert done.code == 128 + number
    assert stopped(done) == "1 file was changed: my.yml (the old content is my.yml.bak1)"
    assert set(files(here)) == {"my.yml", "my.yml.bak1"}
    assert files(here)["my.yml.bak1"] == b"old\n"
    assert b"lora_r" in files(here)["my.yml"]


@pytest.mark.parametrize("number", SIGNALS)
def test_generate_before_the_rename(here: Path, at_rename: dict[int, signal.Signals], number: signal.Signals) -> None:
    (here / "my.yml").write_text("old\n")
    at_rename[-1] = number
    done = run(*NEW, "-o", "my.yml", "--overwrite")
    assert done.code == 128 + number
    assert stopped(done) == "no file was changed"
    assert files(here) == {"my.yml": b"old\n"}


def test_a_file_that_was_not_there_is_written(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    at_rename[1] = signal.SIGTERM
    done = run(*NEW, "--launch", "accelerate", "-o", "my.yml")
    assert stopped(done) == "1 of 3 files was written: my.yml"
    assert set(files(here)) == {"my.yml"}


def test_a_name_cannot_steer_the_terminal(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    at_rename[1] = signal.SIGINT
    assert stopped(run(*NEW, "-o", "a\x1b[31m.yml")) == "1 file was written: a\\x1b[31m.yml"


def test_each_command_begins_anew(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    run("check", *bad_ones(2), *GPU, "--fix")
    at_rename[-3] = signal.SIGINT
    assert stopped(run(*NEW, "-o", "my.yml")) == "no file was changed"


def test_a_full_disk_for_the_output_says_so_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wizard.cli.check._end", full)
    done = run("check", *bad_ones(2), *GPU, "--fix")
    assert (done.code, done.err) == (
        2,
        "memwizard: No space left on device; 2 of 2 files were changed: 00.yml, 01.yml\n",
    )


def test_what_is_not_the_persons_is_not_counted(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    """Drafts are written at each answer."""
    at_rename[2] = signal.SIGINT
    done = run("--plain", "--demo", "rtx-4090", stdin="step 4\n4096\nstep 4\n2048\n")
    assert done.code == 130
    assert stopped(done) == "no file was changed"
    assert files(here) == {}


def test_the_answers_end_after_something_was_written(here: Path) -> None:
    done = run("--plain", "--demo", "2xa100-80gb", "-o", "my.yml", stdin="step 6\nlaunch torchrun\n")
    assert done.code == 2
    last = done.err.splitlines()[-1]
    assert last.endswith("the answers ended before the config was written; 1 file was written: my.torchrun.sh")
    assert set(files(here)) == {"my.torchrun.sh"}


def test_leaving_after_something_was_written(here: Path) -> None:
    done = run("--plain", "--demo", "2xa100-80gb", "-o", "my.yml", stdin="step 6\nlaunch torchrun\nquit\n")
    assert done.code == 0
    assert done.err.endswith(": 1 file was written: my.torchrun.sh\n")


# --- the signals


def test_the_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    run("gpus")
    run("check", "gone.yml")
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_signal_that_is_ignored_stays_so() -> None:
    """As nohup asks for."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heeded():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_off_the_main_thread(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    """Signals are heard on the main thread only; what an interruption undid or did is known on any."""
    (here / "my.yml").write_text(GOOD)
    codes = []

    def other() -> None:
        try:
            main([*NEW, "-o", "my.yml", "--overwrite"])
        except SystemExit as end:
            codes.append(end.code)

    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert codes == [0]
    assert [(str(one.path), str(one.backup), one.new) for one in LEDGER.written()] == [("my.yml", "my.yml.bak1", False)]


def test_a_terminal_that_is_gone_changes_no_code(here: Path, at_rename: dict[int, signal.Signals]) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    at_rename[1] = signal.SIGHUP
    with redirect_stderr(Gone()), pytest.raises(SystemExit) as end:
        main([*NEW, "-o", "my.yml"])
    assert end.value.code == 129
