"""The terminal as a run has it: what it prints goes through one that looks the same, keys go straight to it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import stat
import termios
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Way:
    """How what a run prints comes here. `read`: here; `write`: there; `to`: where it goes on, a number of ours.

    `size`: the terminal whose size it has.
    """

    read: int
    write: int
    to: int
    size: int

    @property
    def terminal(self) -> bool:
        """Whether it looks like one."""
        return os.isatty(self.read)


def ways(targets: tuple[int, int] = (1, 2)) -> tuple[Way, Way]:
    """The ways to stdout and stderr: one for both where they are the same, so that their order stays."""
    out, err = targets
    first = _way(out)
    same = _same(out, err)
    return first, Way(first.read, first.write, out, out) if same else _way(err)


def held_back(held: int) -> tuple[Way, Way]:
    """The same, but what would go to a terminal goes to a file of ours."""
    out, err = (replace(way, to=held) if os.isatty(way.to) else way for way in ways())
    return out, err


def _same(one: int, other: int) -> bool:
    here, there = os.fstat(one), os.fstat(other)
    return (here.st_dev, here.st_ino, here.st_rdev) == (there.st_dev, there.st_ino, there.st_rdev)


def _way(target: int) -> Way:
    """A pipe; to a terminal, a terminal of the same size that changes nothing of what goes through."""
    if not os.isatty(target):
        return Way(*os.pipe(), target, target)
    read, write = os.openpty()
    shape = termios.tcgetattr(write)
    shape[1] &= ~termios.OPOST
    shape[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(write, termios.TCSANOW, shape)
    way = Way(read, write, target, target)
    resized(way)
    return way


def resized(way: Way) -> None:
    """Give the terminal that a run prints to the size of the real one."""
    with contextlib.suppress(OSError):
        size = fcntl.ioctl(way.size, termios.TIOCGWINSZ, bytes(8))
        fcntl.ioctl(way.read, termios.TIOCSWINSZ, size)


def columns(target: int) -> int:
    """How wide a terminal is; 80 where it does not say."""
    with contextlib.suppress(OSError):
        return os.get_terminal_size(target).columns or 80
    return 80


def own_terminal() -> int:
    """The terminal in whose foreground this process is, by one of its streams; -1 where there is none."""
    for stream in (0, 2, 1):
        with contextlib.suppress(OSError):
            if os.isatty(stream) and os.tcgetpgrp(stream) == os.getpgrp():
                return stream
    return -1


def unmixed(out: int = 1, err: int = 2) -> bool:
    """Whether a line that is drawn again on stderr disturbs nobody: no other program writes to that terminal."""
    with contextlib.suppress(OSError):
        if not os.isatty(err) or os.environ.get("TERM", "dumb") == "dumb":
            return False
        mode = os.fstat(out)
        return _same(out, err) or stat.S_ISREG(mode.st_mode) or mode.st_rdev == os.stat(os.devnull).st_rdev
    return False


def hung_up(stream: int = 2) -> bool:
    """Whether a terminal was closed under us."""
    looked = select.poll()
    looked.register(stream, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in looked.poll(0))
