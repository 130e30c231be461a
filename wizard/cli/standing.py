"""Stands beside a run: hears what it prints, looks at what it holds, and says it in a line that disturbs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from wizard.cli.statusline import StatusLine
from wizard.doctor.leakwatch import LeakWatch, Where
from wizard.doctor.listener import Listener
from wizard.doctor.measured import STEP, RunPhases, phase_named
from wizard.domain.receipt import PhasePeak
from wizard.output.text.run import Expected, leaking, phase_line, status
from wizard.world.gauge import Gauge, of_run
from wizard.world.pieces import Pieces
from wizard.world.tree import Tree

_SECONDS = 1.0
"""Between two looks at who holds what."""
_SHORT = 5.0
"""Seconds: of a phase that took less no line is said."""


@dataclass
class Beside:
    """What is known of one run so far.

    `without`: a process of ours that has its mark too. `stop`: ends the run, None where it is not ours.
    `stops_at_leak`: the next save does where a leak would. `stops_at_save`: the next save does.
    """

    tree: Tree
    gauge: Gauge
    line: StatusLine
    expected: Expected
    without: frozenset[int] = frozenset()
    leaks: LeakWatch = field(default_factory=LeakWatch)
    stop: Callable[[], None] | None = None
    stops_at_leak: bool = False
    stops_at_save: bool = False
    listener: Listener = field(default_factory=lambda: Listener("the run"))
    measured: RunPhases = field(default_factory=RunPhases)
    _pieces: tuple[Pieces, Pieces] = field(default_factory=lambda: (Pieces(), Pieces()))
    _looked: float = 0.0
    _step: int = 0
    _told: dict[str, int] = field(default_factory=dict)
    _before: dict[int, int] = field(default_factory=dict)

    def printed(self, text: bytes, *, error: bool, beside: bool) -> None:
        """It printed something, which is passed on already; `beside`: to where stderr goes."""
        if beside:
            self.line.printed(text)
        others = self._pieces[not error].line - 1  # of both streams in the order in which they came
        for number, piece in self._pieces[error].take(text):
            self.hears(number + others, piece)

    @property
    def lines(self) -> int:
        """How many lines it printed so far."""
        return sum(one.line for one in self._pieces) - 1

    def hears(self, number: int, piece: str) -> None:
        """A line of its log."""
        self.listener.takes(number, piece)
        phase = self.listener.course.phase
        if phase_named(phase) != self.measured.phase:
            self._look(time.monotonic())
            over = self.measured.turns(phase, time.monotonic())
            if over is not None:
                self._over(over)
            if over == "save":
                self._saved()
        self._grows()

    def ticks(self) -> None:
        """Some time went by."""
        now = time.monotonic()
        if now - self._looked >= _SECONDS:
            self._look(now)
        self.line.show(self.status())

    def status(self) -> str:
        """Where it is and what it holds, in one line."""
        course, seen = self.listener.course, self.measured
        return status(seen.phase, (course.step, course.steps), seen.now, seen.host_now, self.expected)

    def ends(self) -> None:
        """It is over; what came after the last end of a line counts too."""
        for one in self._pieces:
            if rest := one.rest():
                self.hears(self.lines, rest)
        self.measured.ends(time.monotonic())
        self.line.clear()

    def _look(self, now: float) -> None:
        self._looked = now
        uses = self.gauge.latest()
        for one in uses:
            self._before.setdefault(one.index, one.used or 0)
        pids = self.tree.pids() - self.without
        if pids:
            held, spiked = self.tree.held(pids), self.tree.spiked(pids)
            self.measured.sees(of_run(uses, pids, self._before), held, now, spiked=spiked)

    def _grows(self) -> None:
        """After a step, whether memory grows without end."""
        course = self.listener.course
        step = course.finished
        if step is None or step <= self._step or self.measured.phase != STEP:
            return
        self._step = step
        now = self.measured.now.values()
        seen: dict[Where, int | None] = {"gpu": max(now, default=None), "host": self.measured.host_now}
        for where, held in seen.items():
            if held is not None:
                self.leaks.series[where].add(step, held)
        logged = [(one.step, one.active) for one in course.samples if not one.evaluation and course.step is not None]
        for said in self.leaks.looks(step, course.steps, logged):
            self.line.say("memwizard: " + leaking(said))

    def _saved(self) -> None:
        """A checkpoint is whole now."""
        leaks = self.stops_at_leak and self.leaks.ahead
        if self.stop is None or not (leaks or self.stops_at_save):
            return
        why = "the run is stopped, as was asked" if self.stops_at_save else ""
        why = why or "and memory would not last to the end: the run is stopped"
        self.line.say(f"memwizard: the checkpoint is saved{': ' if self.stops_at_save else ', '}{why}")
        self.stop()
        self.stop = None

    def _over(self, name: str) -> None:
        """Of a phase that comes again and again a line is said where it took more than before."""
        peak, told = self.measured.peaks[name], self._told.get(name, -1)
        most = (peak.gpu or 0) + (peak.host or 0)
        if not self.line.live and peak.seconds >= _SHORT and most > told + told // 50:
            self._told[name] = most
            one = PhasePeak(name, peak.seconds, peak.gpu, peak.host)
            self.line.say(phase_line(one, peak.gpus, self.expected))
