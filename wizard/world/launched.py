"""Starts a run and stands beside it: what it prints, signals, keys and its exit code pass through as they are."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from wizard.domain.errors import InputError
from wizard.world.keeper import MARK, PASSED_ON, all_signalled, in_front, marked, swept
from wizard.world.terminal import Way, held_back, own_terminal, resized, ways

_TICK = 0.25
"""Seconds within which something is said to have happened, be it nothing."""
_KEEPER = str(Path(__file__).with_name("keeper.py"))


@dataclass(frozen=True, slots=True)
class Printed:
    """What a run printed, passed on already. `error`: to stderr alone; `beside`: to where stderr goes."""

    text: bytes
    error: bool
    beside: bool


class Launched:
    """A run that was started. `status`: as `subprocess` tells it, None while it lasts.

    `held`: a file that gets what is for a terminal, while that is drawn upon by us; its keys are ours then, and the run
    is in a session of its own and reads nothing. `lost`: that file did not take all. `over`: nothing of it is left;
    what memwizard is sent then is told to `afterwards`.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        before: Callable[[], None],
        held: int | None = None,
    ) -> None:
        """`before`: called before anything is passed on to stdout or stderr. Raises InputError where it can't start."""
        self.held = held
        self.lost = self.over = False
        self.afterwards: Callable[[], None] = lambda: None
        self.mark = os.urandom(12).hex()
        self.before = before
        self.pid: int | None = None
        self.status: int | None = None
        self.killed = False
        self._failed: str | None = None
        _opened()
        self._terminal = own_terminal() if held is None else -1
        self._ways = ways() if held is None else held_back(held)
        self._closed: set[int] = set()
        life, self._life = os.pipe()
        self._report, report = os.pipe()
        self._said = b""
        reads = [*dict.fromkeys(way.read for way in self._ways)]
        self._reads = reads
        targets = {way.read: way.to for way in reversed(self._ways)}
        drains = ",".join(f"{read}:{os.dup(targets[read])}" for read in reads)
        kept = [int(one) for pair in drains.split(",") for one in pair.split(":")]
        words = [sys.executable, "-I", "-S", _KEEPER, str(life), str(report), str(self._terminal), drains, "--"]
        (out, err) = self._ways
        self._keeper = subprocess.Popen(
            [*words, *command], stdout=out.write, stderr=err.write, env={**environment, MARK: self.mark},
            pass_fds=[life, report, *kept, *([self._terminal] if self._terminal > 2 else [])],
            stdin=None if held is None else subprocess.DEVNULL, start_new_session=held is not None,
        )  # fmt: skip
        for one in {life, report, out.write, err.write, *kept} - {*reads}:
            os.close(one)

    @property
    def keeper(self) -> int:
        """The process between: it has the run's mark, and is no part of it."""
        return self._keeper.pid

    def signal(self, number: int) -> None:
        """Pass a signal on: SIGINT to all of the run's processes, as a terminal does, others to the first.

        A closed terminal tells all of them too, but for those in a session of their own.
        """
        all_of_it = number in (signal.SIGINT, signal.SIGTSTP) or (number == signal.SIGHUP and self.held is not None)
        with contextlib.suppress(OSError):
            if all_of_it:
                os.killpg(self._keeper.pid, number)
            else:
                os.kill(self._keeper.pid, number)

    def pause(self) -> None:
        """Stop all of its processes; in a session of its own it would not heed SIGTSTP."""
        with contextlib.suppress(OSError):
            os.killpg(self._keeper.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        with contextlib.suppress(OSError):
            os.killpg(self._keeper.pid, signal.SIGCONT)

    def resized(self) -> None:
        """The terminal has another size: the one that the run sees gets it too."""
        for way in self._ways:
            if way.terminal:
                resized(way)

    @contextlib.contextmanager
    def heeding(self) -> Iterator[None]:
        """While this lasts, what memwizard is sent goes on to the run; what is ignored stays so."""

        def passed(number: int, _: FrameType | None) -> None:
            if self.over:
                self.afterwards()
            else:
                self.signal(number)

        def size(_number: int, _: FrameType | None) -> None:
            self.resized()

        def stops(_number: int, _: FrameType | None) -> None:
            self.pause()
            os.kill(os.getpid(), signal.SIGSTOP)
            self.go_on()

        wanted: dict[int, Callable[[int, FrameType | None], None]] = dict.fromkeys((signal.SIGINT, *PASSED_ON), passed)
        wanted[signal.SIGTSTP] = passed if self.held is None else stops
        before = {number: signal.getsignal(number) for number in (*wanted, signal.SIGWINCH, signal.SIGTTOU)}
        for number, handler in wanted.items():
            if before[number] != signal.SIG_IGN:
                signal.signal(number, handler)
        signal.signal(signal.SIGWINCH, size)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # this group stands behind the run's
        try:
            yield
        finally:
            if self._terminal >= 0:
                in_front(self._terminal, os.getpgrp())
            for number, old in before.items():
                if old is not None:
                    signal.signal(number, old)

    def events(self) -> Iterator[Printed | None]:
        """What it prints, as it comes, and None now and then; until it has ended and nothing of it is left.

        Raises InputError where the command can't be started.
        """
        with selectors.DefaultSelector() as chosen:
            for place, read in enumerate(self._reads):
                os.set_blocking(read, False)
                chosen.register(read, selectors.EVENT_READ, self._way(place))
            chosen.register(self._report, selectors.EVENT_READ)
            told = time.monotonic()
            while chosen.get_map().get(self._report) is not None:
                for key, _ in chosen.select(_TICK):
                    if key.fd == self._report:
                        self._hear(chosen)
                    else:
                        yield from self._pass_on(key.data, chosen)
                self._stopped()
                if time.monotonic() - told >= _TICK:
                    told = time.monotonic()
                    yield None
            for key in [*chosen.get_map().values()]:  # what is still on its way
                while key.fd in chosen.get_map() and (found := [*self._pass_on(key.data, chosen)]):
                    yield from found
        self._keeper.wait()
        self.over = True
        for one in (self._life, self._report, *({*self._reads} - self._closed)):
            os.close(one)
        if self._failed is not None:
            raise InputError(f"can't be started: {self._failed}")
        if self.status is None:  # the keeper was killed
            self.killed = True
            all_signalled(marked(self.mark), signal.SIGTERM)
            swept(self.mark, 1.0, lambda: None)
            self.status = -signal.SIGKILL

    def _way(self, place: int) -> tuple[int, Way]:
        return place, next(way for way in self._ways if way.read == self._reads[place])

    def _pass_on(self, data: tuple[int, Way], chosen: selectors.BaseSelector) -> Iterator[Printed]:
        place, way = data
        try:
            text = os.read(way.read, 65536)
        except BlockingIOError:
            return
        except OSError:  # a terminal whose other side is closed
            text = b""
        if not text:
            chosen.unregister(way.read)
            return
        self.before()
        try:
            _write(way.to, text)
        except OSError:  # who read it is gone: the run is to see that as if it wrote there itself
            if way.to == self.held:  # no reader of the run's, but a disk that is full
                self.lost = True
                yield self._printed(text, way)
                return
            chosen.unregister(way.read)
            os.close(way.read)
            self._closed.add(way.read)
            with contextlib.suppress(OSError):
                os.write(self._life, bytes([place]))
        yield self._printed(text, way)

    def _printed(self, text: bytes, way: Way) -> Printed:
        shared = self._ways[0].read == self._ways[1].read
        error = not shared and way.read == self._ways[1].read
        return Printed(text, error, shared or error)

    def _hear(self, chosen: selectors.BaseSelector) -> None:
        said = os.read(self._report, 4096)
        if not said:
            chosen.unregister(self._report)
            return
        *lines, self._said = (self._said + said).split(b"\n")
        for line in lines:
            words = json.loads(line)
            self.pid = words.get("pid", self.pid)
            self.status = words.get("status", self.status)
            self._failed = words.get("failed", self._failed)
            self.killed = words.get("killed", self.killed)

    def _stopped(self) -> None:
        """Where the run was stopped by a key, stop too, so that the shell goes on; and later go on with it."""
        if self.held is not None:  # its terminal's keys are ours
            return
        try:
            found = os.waitid(os.P_PID, self._keeper.pid, os.WSTOPPED | os.WNOHANG)
        except ChildProcessError:
            return
        if found is None:
            return
        if self._terminal >= 0:
            in_front(self._terminal, os.getpgrp())
        os.kill(os.getpid(), signal.SIGSTOP)
        if self._terminal < 0:  # it was started behind, and may be in front now
            self._terminal = own_terminal()
        if self._terminal >= 0 and os.tcgetpgrp(self._terminal) == os.getpgrp():  # `fg`, and not `bg`
            in_front(self._terminal, self._keeper.pid)
        with contextlib.suppress(OSError):
            os.killpg(self._keeper.pid, signal.SIGCONT)


def _opened() -> None:
    """A stream that was closed from the start leads nowhere: else something of ours would get its number."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)


def _write(target: int, text: bytes) -> None:
    """All of it, also to what was told not to block."""
    rest = memoryview(text)
    while rest:
        try:
            rest = rest[os.write(target, rest) :]
        except BlockingIOError:
            blocking = fcntl.fcntl(target, fcntl.F_GETFL)
            fcntl.fcntl(target, fcntl.F_SETFL, blocking & ~os.O_NONBLOCK)
