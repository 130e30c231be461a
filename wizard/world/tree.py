"""The processes of a run and the host memory that they hold, as /proc tells it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from wizard.world.keeper import MARK

_KIB = 1024
_KEPT = 65536


class _Mark(NamedTuple):
    """The kernel's mark of the most when it was read, pages of files, and whether it begins anew since: bytes."""

    most: int
    files: int
    anew: bool


class Tree:
    """The processes of one run: those with its mark, or a process that was named and all that came of it.

    Who was seen to belong to it stays in it, whoever its parent is by then.
    """

    def __init__(self, *, mark: str | None = None, pid: int | None = None, root: Path = Path("/proc")) -> None:
        self._wanted = f"{MARK}={mark}".encode() if mark is not None else None
        self._first = pid
        self._root = root
        self._known: dict[tuple[int, str], bool] = {}
        self._marks: dict[int, _Mark] = {}
        self._counted: dict[int, int] = {}

    def pids(self) -> frozenset[int]:
        """Those that live now."""
        parents: dict[int, tuple[int, str]] = {}
        with contextlib.suppress(OSError):
            for name in os.listdir(self._root):
                if name.isdecimal() and (found := self._stat(name)):
                    parents[int(name)] = found
        if len(self._known) > _KEPT:
            self._known.clear()
        ours = {
            pid for pid, (_, begun) in parents.items() if self._known.get((pid, begun)) or self._belongs(pid, begun)
        }
        if self._wanted is None:
            ours |= _descended(parents, ours)
            self._known.update({(pid, parents[pid][1]): True for pid in ours})
        return frozenset(ours)

    def _belongs(self, pid: int, begun: str) -> bool:
        if self._wanted is None:
            return pid == self._first and not any(one for (known, _), one in self._known.items() if known == pid)
        known = self._known.get((pid, begun))
        if known is None:
            known = self._marked(pid)
            self._known[pid, begun] = known
        return known

    def _marked(self, pid: int) -> bool:
        assert self._wanted is not None
        with contextlib.suppress(OSError):
            return self._wanted in (self._root / str(pid) / "environ").read_bytes().split(b"\0")
        return False

    def _stat(self, name: str) -> tuple[int, str] | None:
        """Its parent, and when it began; None where it is gone or waits to be taken note of."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            words = (self._root / name / "stat").read_bytes().rpartition(b")")[2].split()
            return None if words[0] in (b"Z", b"X") else (int(words[1]), words[19].decode())
        return None

    def held(self, pids: frozenset[int]) -> int:
        """Bytes of host memory that they hold: what is in no file, and shared memory.

        Pages that several of them share, as forked workers do what was read before them, count once (Pss of
        smaps_rollup, Linux 5.3). What is mapped from files is not in it, as the kernel can take that back.
        """
        own, shared = 0, 0
        for pid in pids:
            parts = self._told(pid, "smaps_rollup", "Pss_Anon", "Pss_Shmem", "Anonymous")
            if parts is not None:
                own += parts[0] + parts[1]
                self._counted[pid] = parts[1] + parts[2]
            elif (whole := self._told(pid, "status", "RssAnon", "RssShmem")) is not None:
                own += whole[0]
                shared = max(shared, whole[1])
                self._counted[pid] = sum(whole)
        return own + shared

    def spiked(self, pids: frozenset[int]) -> int:
        """Bytes beyond what `held` told last that were held for a moment since this was asked last.

        By the mark that the kernel keeps of the most (VmHWM). Where the processes are a run of ours it is taken back
        each time, so that it tells the most since, and of pages of files the more of now and then are taken to have
        been in it. Else nothing is written there: it tells only what was never held before, and of pages of files the
        most that were ever seen count. What `held` counted is taken off, not what there is by now: on a busy machine a
        step goes on between the two, and what it gave back meanwhile would count twice.
        """
        more = 0
        for pid in pids:
            told = self._told(pid, "status", "VmHWM", "VmRSS", "RssFile")
            if told is None:
                continue
            most, now, file = told
            mark = self._marks.get(pid)
            begins_anew = self._wanted is not None and self._begins_anew(pid)
            if mark is not None:
                files = max(mark.files, file)
                if mark.anew or most > mark.most:
                    more += max(0, most - files - self._counted.get(pid, now - file))
                file = file if begins_anew else files
            self._marks[pid] = _Mark(most, file, begins_anew)
        return more

    def _begins_anew(self, pid: int) -> bool:
        """Whether the kernel has the mark of a process begin anew (Linux 4.0: 5 into clear_refs; proc_pid_clear_refs).

        It costs some microseconds. What else is told by that mark tells the time since, too: `ru_maxrss` of the
        process, and so what GNU `time` says of a run that it starts or is in.
        """
        try:
            (self._root / str(pid) / "clear_refs").write_bytes(b"5")
        except OSError:
            return False
        return True

    def _told(self, pid: int, file: str, *names: str) -> tuple[int, ...] | None:
        """Figures of a file of the process, in bytes; None where it does not tell all."""
        rows: dict[str, int] = {}
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in (self._root / str(pid) / file).read_text(errors="replace").splitlines():
                name, _, rest = line.partition(":")
                if name in names:
                    rows[name] = int(rest.split()[0]) * _KIB
        return tuple(rows[name] for name in names) if len(rows) == len(names) else None


def _descended(parents: dict[int, tuple[int, str]], first: set[int]) -> set[int]:
    found, more = set[int](), set(first)
    while more:
        more = {pid for pid, (parent, _) in parents.items() if parent in more} - first - found
        found |= more
    return found


def command_line(pid: int) -> list[str]:
    """The words that a process was started with; none where they can't be read."""
    with contextlib.suppress(OSError):
        raw = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0")
        return [word.decode(errors="surrogateescape") for word in raw.split(b"\0")] if raw else []
    return []


def folder_of(pid: int) -> str | None:
    """The folder that a process is in."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/cwd")
    return None
