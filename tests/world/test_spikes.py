"""What a run holds for a moment between two looks at its memory, by the kernel's mark of the most."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wizard.world.keeper import MARK
from wizard.world.tree import Tree

MIB = 2**20
FILE = 96
_INNER = """
import mmap, sys
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
    for at in range(0, len(mapped), 4096):
        mapped[at]
print("on", flush=True)
for line in sys.stdin:
    held = mmap.mmap(-1, int(line) << 20, flags=mmap.MAP_PRIVATE)
    for at in range(0, len(held), 4096):
        held[at] = 1
    held.close()
    print("off", flush=True)
"""


@dataclass
class Spiking:
    """A process with the mark of a run, which has read a mapped file of FILE MiB, and has let go of it."""

    process: subprocess.Popen[bytes]
    mark: str

    @property
    def pid(self) -> int:
        return self.process.pid

    def holds(self, size: int) -> None:
        """For a moment, in MiB."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"%d\n" % size)
        self.process.stdin.flush()
        self.answers()

    def answers(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline()


@pytest.fixture
def spiking(tmp_path: Path) -> Iterator[Spiking]:
    (tmp_path / "file").write_bytes(b"x" * (FILE * MIB))
    words = [sys.executable, "-c", _INNER, str(tmp_path / "file")]
    mark = f"spiking-{os.getpid()}"  # others run these tests at the same time
    environment = {**os.environ, MARK: mark}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        one = Spiking(process, mark)
        one.answers()
        yield one
        process.kill()


def told(tree: Tree) -> int:
    """MiB, of a look as a run does it."""
    pids = tree.pids()
    assert tree.held(pids) < 40 * MIB
    return tree.spiked(pids) // MIB


def test_of_a_run_each_look_tells_what_was_held_for_a_moment_since_the_last(spiking: Spiking) -> None:
    """Below what loading held of files, too, and below an earlier moment."""
    tree = Tree(mark=spiking.mark)
    assert told(tree) == 0
    for size in (64, 160, 32):
        spiking.holds(size)
        assert size - 4 <= told(tree) <= size + 4
    assert told(tree) < 4


def test_of_a_process_of_someone_else_only_what_was_never_held_before_is_told(spiking: Spiking) -> None:
    """Nothing is written to it, so that its mark is what a reader finds."""
    tree = Tree(pid=spiking.pid)
    assert told(tree) == 0
    mark = Path(f"/proc/{spiking.pid}/status").read_text().partition("VmHWM:")[2].split()[0]
    spiking.holds(64)
    assert told(tree) == 0
    assert Path(f"/proc/{spiking.pid}/status").read_text().partition("VmHWM:")[2].split()[0] == mark
    spiking.holds(FILE + 64)
    assert told(tree) > 32
    spiking.holds(FILE + 32)
    assert told(tree) == 0


def status(place: Path, most: int, anonymous: int, file: int = 50) -> None:
    figures = {"VmHWM": most, "VmRSS": anonymous + file, "RssFile": file}
    (place / "status").write_text("".join(f"{name}:\t {size} kB\n" for name, size in figures.items()))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Process 7 of a made /proc, with the mark."""
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "environ").write_bytes(f"{MARK}=mine".encode())
    (tmp_path / "7" / "stat").write_text("7 (python) S 1 " + "0 " * 17 + "99 0\n")
    return tmp_path / "7"


@pytest.mark.parametrize(("named", "written"), [({"mark": "mine"}, b"5"), ({"pid": 7}, b"")])
def test_only_a_run_of_ours_is_written_to(place: Path, named: dict[str, object], written: bytes) -> None:
    (place / "clear_refs").touch()
    tree = Tree(**named, root=place.parent)  # type: ignore[arg-type]
    status(place, 200, 100)
    ours = tree.pids()
    tree.held(ours)
    tree.spiked(ours)
    assert ours == {7}
    assert (place / "clear_refs").read_bytes() == written


def test_pages_of_files_are_those_of_now_and_of_the_look_before(place: Path) -> None:
    tree, ours = Tree(mark="mine", root=place.parent), frozenset({7})
    found = []
    for most, file in ((900, 600), (800, 500), (500, 40), (500, 50)):
        status(place, most, 100, file)
        found.append(tree.spiked(ours) // 1024)
    assert found == [0, 800 - 600 - 100, 0, 500 - 50 - 100]


def test_where_the_kernel_takes_no_mark_back_it_is_as_with_someone_elses(place: Path) -> None:
    (place / "clear_refs").mkdir()
    tree, ours = Tree(mark="mine", root=place.parent), frozenset({7})
    found = []
    for most, file in ((900, 600), (900, 50), (950, 50)):
        status(place, most, 100, file)
        found.append(tree.spiked(ours) // 1024)
    assert found == [0, 0, 950 - 600 - 100]


def test_what_is_given_back_between_two_figures_counts_once(place: Path) -> None:
    """On a busy machine a step goes on between the look at what is held and the look at the mark; workers share 20."""
    rollup = "Rss: 350 kB\nPss_Anon: 280 kB\nPss_Shmem: 0 kB\nAnonymous: 300 kB\n"
    (place / "smaps_rollup").write_text(rollup)
    tree, ours = Tree(pid=7, root=place.parent), frozenset({7})
    status(place, 200, 150)
    assert (tree.held(ours), tree.spiked(ours)) == (280 * 1024, 0)
    status(place, 450, 100)
    assert tree.held(ours) + tree.spiked(ours) == (280 + 100) * 1024  # 400 at the most, less the shared part
