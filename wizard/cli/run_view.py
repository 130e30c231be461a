"""`memwizard run --tui`: a thread follows the run to its end, whatever becomes of the screen."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from wizard.cli.common import say
from wizard.cli.echo import echo
from wizard.cli.statusline import StatusLine
from wizard.cli.viewing import View, why_not
from wizard.domain.errors import InputError
from wizard.world.terminal import hung_up, unmixed

if TYPE_CHECKING:
    from wizard.cli.following import Ending
    from wizard.cli.standing import Beside
    from wizard.domain.estimate import Range
    from wizard.world.launched import Launched
    from wizard.world.spool import Spool

_LATEST = 5.0
"""Seconds that Textual has to leave a terminal that is gone: it may wait for it for ever."""


def run_view(name: str, disk: Range | None, free: Callable[[], int | None]) -> RunView | None:
    """The screen for a run; None, and why is said, where there can be none."""
    from wizard.world.spool import Spool

    why, spool = why_not(), None
    if not why:
        try:
            spool = Spool()
        except InputError as error:
            why = f"what the run prints has to be kept meanwhile: {error}"
    if spool is None:
        say(f"no full screen (--tui): {why}; on in the plain form")
        return None
    say(f"what the run prints stands here afterwards, and meanwhile in {spool.path}")
    return RunView(name, spool, disk, free)


class RunView(View):
    """A run of ours. What it prints to the terminal goes into a file, and from there to the terminal at the end."""

    launched = True

    def __init__(self, name: str, spool: Spool, disk: Range | None, free: Callable[[], int | None]) -> None:
        super().__init__(name, disk=disk, free=free)
        self.spool = spool
        self.held = spool.number
        self._asked = 0
        self._failed: BaseException | None = None
        self._followed, self._left = threading.Event(), threading.Event()

    def follow(self, run: Launched, beside: Beside, over: Callable[[], Ending]) -> None:
        """To its end and until a key is pressed; then print what it printed, and the last words."""
        self.run, self.beside = run, beside
        run.afterwards = self._close
        with run.heeding():
            threading.Thread(target=self._follow, args=(over,), daemon=True).start()
            crash = self._screen()
            with run.heeding():  # Textual has put its own in place of some
                poured = self._printed(crash)
                self._followed.wait()
        self._left.set()
        self.spool.end(keep=not poured)
        if self._failed is not None:
            raise self._failed
        self._last_words(poured)

    def _screen(self) -> str | None:
        """Until somebody leaves; the traceback of a defect of ours."""
        try:
            app = self.app()
            app.run()
        except Exception:
            return traceback.format_exc()
        return app.crash

    def _follow(self, over: Callable[[], Ending]) -> None:
        """In a thread of its own, to the end of the process."""
        code = 1
        try:
            self._passed_on()
            words, code = over()
            with self.lock:
                self._words = words
                self.ends(words)
        except BaseException as error:
            self._failed, self.closes = error, True
        self._followed.set()
        while not self._left.wait(1.0):
            if hung_up() and not self._left.wait(_LATEST):
                os._exit(code)

    def _passed_on(self) -> None:
        assert self.beside is not None
        for event in self.run.events():
            with self.lock:
                if event is None:
                    self.beside.ticks()
                    continue
                self.beside.printed(event.text, error=event.error, beside=event.beside)
                if self.line.plain is None:
                    self.prints(event.text, error=event.error)
                if self.run.lost and not self._told:
                    self._told = True
                    self.news.append("the disk is full: what the run prints now is shown here alone")
        with self.lock:
            self.beside.ends()

    _told = False

    def _printed(self, crash: str | None) -> bool:
        """The terminal is as it was: all that was printed goes there, and what still comes; whether it took it."""
        from wizard.cli import defect

        with self.lock:
            poured = self.spool.pour(1 if os.isatty(1) else 2)
            self.line.goes_on(StatusLine(drawn=unmixed()))
        if crash is not None and not hung_up():
            defect.tell(crash)
        if not self._followed.is_set() and not hung_up():
            say("the screen has ended, the run goes on in the plain form")
        return poured

    def _last_words(self, poured: bool) -> None:
        first, *others = self._words
        self.line.say(first)
        for text in others:
            echo(text, err=True)
        if not poured:
            say(f"what it printed is in {self.spool.path}")
        if self.run.lost:
            say("not all that it printed was kept: the disk was full")

    def _tell(self, text: str) -> None:
        super()._tell(text)
        self.spool.add(text.encode(errors="replace"))

    def _close(self) -> None:
        self.closes = True

    def stop(self) -> str:
        """As Ctrl+C does: to all of its processes."""
        self._asked += 1
        self.run.signal(signal.SIGINT)
        if self._asked == 1:
            return "asked to stop, as by Ctrl+C: Axolotl saves its model and ends"
        return f"asked {self._asked} times"

    def after_save(self) -> str:
        """Let it end after its next save, or no more."""
        assert self.beside is not None
        with self.lock:
            wanted = self.beside.stops_at_save = not self.beside.stops_at_save
        if wanted:
            return "it is stopped after its next checkpoint, as by Ctrl+C; s takes that back"
        return "it is not stopped after a checkpoint"

    def resized(self) -> None:
        """The terminal that it sees has the size of ours."""
        self.run.resized()

    def pause(self) -> None:
        """It stops with us."""
        self.run.pause()

    def go_on(self) -> None:
        """It goes on."""
        self.run.go_on()
