"""Stands between `memwizard run` and what it starts: whichever of them is killed, nothing of the run is left.

Run as a process of its own, which needs the standard library alone:
`keeper.py LIFE REPORT TERMINAL DRAINS -- COMMAND...`. LIFE is a pipe that ends when memwizard does; a byte on it closes
that drain. REPORT is where lines of JSON go. TERMINAL is the one whose foreground is to be the run's, -1 for none.
DRAINS are pairs `READ:TO` by commas: what is still read and passed on where memwizard no longer does.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

MARK = "MEMWIZARD_RUN"
"""The variable that every process of a run has in its environment, and no other."""
PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""What memwizard is sent and the run gets too. SIGINT goes to all of its processes, as Ctrl+C does."""
PATIENCE, IMPATIENCE, LAST = 60.0, 5.0, 5.0
"""Seconds that what is left of a run has to end by itself: after an interrupt, since a model may be saved; after its
own end; and after SIGTERM.
"""


def marked(mark: str) -> list[int]:
    """The processes with this mark that live, without this one."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in Path("/proc", name, "environ").read_bytes().split(b"\0"):
                    found.append(int(name))
    return found


def all_signalled(pids: list[int], number: int) -> None:
    """Send a signal to each that is still there."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, number)


def swept(mark: str, patience: float, meanwhile: Callable[[], None]) -> bool:
    """Wait for the rest of a run to end, then make it; whether nothing had to be killed.

    Seen twice: a process that is just becoming another program has no environment for a moment.
    """
    for seconds, number in ((patience, signal.SIGTERM), (LAST, signal.SIGKILL), (LAST, None)):
        until, none = time.monotonic() + seconds, 0
        while none < 2:
            left = marked(mark)
            none = none + 1 if not left else 0
            if left and time.monotonic() >= until:
                break
            meanwhile()
            time.sleep(0.05)
        else:
            return number == signal.SIGTERM
        if number is not None:
            all_signalled(left, number)
    return False


def in_front(terminal: int, group: int) -> None:
    """Let a terminal's keys go to a group of processes; a group behind it may do so only while SIGTTOU is ignored."""
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.signal(signal.SIGTTOU, before)


class Warden:
    """The state of one run. `drains`: where what it prints can be read, and where it goes."""

    def __init__(self, life: int, report: int, drains: list[tuple[int, int]]) -> None:
        self.life, self.report, self.drains = life, report, drains
        self.mark = os.environ.get(MARK, "")
        self.child: subprocess.Popen[bytes] | None = None
        self.interrupted = self.alone = False
        self.hurried = 0
        self.wake, woken = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(self.wake, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)

    def run(self, command: list[str]) -> int:
        """Start it, wait for it, sweep up; the exit code is its own."""
        signal.signal(signal.SIGINT, self._interrupt)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in PASSED_ON:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, self._pass_on)
        try:
            self.child = subprocess.Popen(command)
        except OSError as error:
            self.say(failed=f"{command[0]}: {error.strerror or error}")
            return 127 if isinstance(error, FileNotFoundError) else 126
        self.say(pid=self.child.pid)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # who reads them has to see the end
            os.dup2(nowhere, stream)
        while self.child.poll() is None:
            self._wait()
        self.say(status=self.child.returncode)
        self._end()
        code = self.child.returncode
        return code if code >= 0 else 128 - code

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True

    def _pass_on(self, number: int, _: object) -> None:
        if self.child is not None and self.child.returncode is None:
            with contextlib.suppress(OSError):
                self.child.send_signal(number)
        else:
            all_signalled(marked(self.mark), number)

    def say(self, **words: object) -> None:
        """One line to memwizard, where it still is."""
        with contextlib.suppress(OSError):
            os.write(self.report, (json.dumps(words) + "\n").encode())

    def _wait(self) -> None:
        """Until something happens: a signal, the end of memwizard, or what the run prints after that."""
        others = [one for one, _ in self.drains if one >= 0] if self.alone else [self.life]
        ready, _, _ = select.select([self.wake, *others], [], [], 1.0)
        if self.wake in ready:
            with contextlib.suppress(OSError):
                os.read(self.wake, 4096)
        if self.life in ready:
            self._hear(os.read(self.life, 64))
        for place, (source, _) in enumerate(self.drains):
            if source in ready:
                self._drain(place)

    def _hear(self, said: bytes) -> None:
        if not said:  # memwizard is gone: the run ends as by Ctrl+C, which lets Axolotl save its model
            self.alone = self.interrupted = True
            os.killpg(0, signal.SIGINT)
            self._hurry()
        for place in said:
            self._close(place)

    def _close(self, place: int) -> None:
        source, _ = self.drains[place]
        if source >= 0:
            os.close(source)
        self.drains[place] = (-1, -1)

    def _hurry(self) -> None:
        """A run that does not end within its time is made to, by an alarm."""

        def late(*_: object) -> None:
            self.hurried += 1
            all_signalled(marked(self.mark), signal.SIGTERM if self.hurried == 1 else signal.SIGKILL)
            signal.setitimer(signal.ITIMER_REAL, LAST)

        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def _drain(self, place: int) -> None:
        source, target = self.drains[place]
        try:
            text = os.read(source, 65536)
        except OSError:  # the other side of a terminal is closed
            text = b""
        if not text:
            self._close(place)
        with contextlib.suppress(OSError):
            os.write(target, text)

    def _passed_on(self) -> None:
        """What it still prints, where memwizard is gone."""
        for place, (source, _) in enumerate(self.drains if self.alone else []):
            if source >= 0 and select.select([source], [], [], 0)[0]:
                self._drain(place)

    def _end(self) -> None:
        """Nothing of it may stay."""
        patient = self.interrupted and not self.hurried
        if not swept(self.mark, PATIENCE if patient else IMPATIENCE, self._passed_on):
            self.say(killed=True)
        self._passed_on()


def main() -> int:
    """A group of its own, so that what is sent to memwizard's group comes once; then the command."""
    life, report, terminal = (int(one) for one in sys.argv[1:4])
    drains = [(int(one.split(":")[0]), int(one.split(":")[1])) for one in sys.argv[4].split(",") if one]
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    if terminal >= 0:
        in_front(terminal, os.getpgrp())
    return Warden(life, report, drains).run(sys.argv[6:])


if __name__ == "__main__":
    sys.exit(main())
