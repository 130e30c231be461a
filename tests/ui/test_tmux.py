"""The wizard in tmux: a terminal of few colours that can go away under it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.ui.pty_terminal import (
    BATCH,
    COLUMNS,
    PATIENCE,
    REVIEW,
    ROWS,
    WIZARD,
    Watched,
    alive,
    drafts,
    end,
    environment,
    name_of,
    noted,
)

MANY_COLOURS = re.compile(r"\x1b\[[\d;]*[34]8[;:][\d;:]*m")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])m")
LEFT = re.compile(r"^left with (\d+)\n", flags=re.MULTILINE)

pytestmark = [
    pytest.mark.xdist_group("tmux"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]


class Tmux(Watched):
    """A tmux server of its own, with one pane in which a wizard runs."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.home = folder / "home"
        self.work = folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.note = folder / "pid"
        self.sockets = sockets
        self.begun: list[int] = []

    def tmux(self, *words: str, check: bool = True) -> str:
        """A command for the server. `-u`: without it tmux itself writes `_` for what is not ASCII."""
        outside = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}
        done = subprocess.run(
            ["tmux", "-u", "-L", "memwizard", "-f", "/dev/null", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=self.work,
            env={**outside, **environment(self.home), "TMUX_TMPDIR": str(self.sockets)},
        )
        assert done.returncode == 0 or not check, done.stderr.decode(errors="replace")
        return done.stdout.decode(errors="replace")

    def begin(self, *arguments: str, locale: str = "LANG=C.UTF-8") -> None:
        """A wizard in a shell in a new window; of a new server, where none runs."""
        unset = [part for name in ("COLORTERM", "LANG", "LC_ALL", "LC_CTYPE") for part in ("-u", name)]
        program = shlex.join(["env", *unset, locale, *WIZARD, *arguments])
        self.note.unlink(missing_ok=True)
        inner = shlex.join(["/bin/sh", "-c", f"echo $$ >{shlex.quote(str(self.note))}; exec {program}"])
        script = f"{inner}; echo left with $?; exec sleep 600"
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        self.tmux(
            "start-server", ";", "set", "-g", "default-terminal", "screen", ";", "set", "-g", "status", "off", ";",
            "new-session", "-d", *size, "-c", str(self.work), shlex.join(["exec", "/bin/sh", "-c", script]),
        )  # fmt: skip
        self.wait(lambda: noted(self.note) != 0, "the process of the wizard")
        self.begun.append(noted(self.note))

    def press(self, *keys: str) -> None:
        """Press keys."""
        self.tmux("send-keys", *keys)

    def display(self) -> str:
        """What the pane shows."""
        return self.tmux("capture-pane", "-p")

    def pause(self) -> bool:
        """Wait a moment."""
        time.sleep(0.1)
        return True

    def left(self) -> int:
        """Wait for the end; the exit code, as the shell has it: tmux 3.3 now and then misses the end of a program."""
        self.wait(lambda: LEFT.search(self.display()) is not None, "the end")
        return int(LEFT.findall(self.display())[-1])

    def close(self) -> None:
        """Whatever happens, leave no process behind."""
        self.tmux("kill-server", check=False)
        for pid in self.begun:
            if "python" in name_of(pid):
                end(pid)


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Tmux]:
    with tempfile.TemporaryDirectory(prefix="memwizard-tmux-") as sockets:  # a socket's path must be short
        found = Tmux(tmp_path, Path(sockets))
        try:
            yield found
        finally:
            found.close()


def test_a_config_from_start_to_end_in_few_colours(pane: Tmux) -> None:
    pane.begin()
    shown = pane.shows("Where will it be trained?", "fits", "^p")
    assert not shown.isascii()  # what the tests below must not see is seen here
    coloured = pane.tmux("capture-pane", "-p", "-e")
    assert COLOUR.search(coloured)
    assert not MANY_COLOURS.search(coloured)
    pane.go(REVIEW)
    pane.write()
    assert pane.left() == 0
    pane.shows("wrote axolotl.yml", "axolotl train axolotl.yml")
    values = yaml.safe_load((pane.work / "axolotl.yml").read_text(encoding="utf-8"))
    assert values["base_model"]
    assert values["adapter"] == "qlora"
    assert not drafts(pane.home)


@pytest.mark.parametrize("way", ["ended", "killed"])
def test_a_server_that_goes_away_loses_no_work(pane: Tmux, way: str) -> None:
    pane.begin()
    pane.go(BATCH)
    pane.type_length(4096)
    pane.wait(lambda: any("sequence_len: 4096" in one for one in drafts(pane.home)), "the draft")
    wizard = pane.begun[0]
    assert alive(wizard)
    if way == "ended":
        pane.tmux("kill-server")
    else:
        os.kill(int(pane.tmux("display-message", "-p", "#{pid}")), signal.SIGKILL)
    limit = time.monotonic() + PATIENCE
    while alive(wizard) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not alive(wizard)
    assert not list(pane.work.iterdir())
    assert len(drafts(pane.home)) == 1

    pane.begin("--resume")
    pane.shows("How much at once?", "sequence_len 4096 ", "Your work is back as you left it.")
    pane.go(REVIEW, since=BATCH)
    pane.write()
    assert pane.left() == 0
    assert yaml.safe_load((pane.work / "axolotl.yml").read_text(encoding="utf-8"))["sequence_len"] == 4096
    assert not drafts(pane.home)


@pytest.mark.parametrize(("locale", "arguments"), [("LANG=C", ()), ("LANG=C.UTF-8", ("--ascii",))], ids=["C", "asked"])
def test_ascii_alone(pane: Tmux, locale: str, arguments: tuple[str, ...]) -> None:
    pane.begin(*arguments, locale=locale)
    seen = [pane.shows("Where will it be trained?", "fits", "^p")]
    for step in range(1, REVIEW):
        pane.go(step + 1, since=step)
        seen.append(pane.display())
    pane.write()
    assert pane.left() == 0
    seen.append(pane.shows("wrote axolotl.yml"))
    assert [line for text in seen for line in text.splitlines() if not line.isascii()] == []
