"""Stands beside a run: hears what it prints, looks at what it holds, and says it in a line that disturbs nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from wizard.cli.statusline import StatusLine
from wizard.doctor.listener import Listener
from wizard.doctor.measured import RunPhases, phase_named
from wizard.domain.receipt import PhasePeak
from wizard.output.text.run import Expected, phase_line, status
from wizard.world.gauge import Gauge, of_run
from wizard.world.pieces import Pieces
from wizard.world.tree import Tree

_SECONDS = 1.0
"""Between two looks at who holds what."""
_SHORT = 5.0
"""Seconds: of a phase that took less no line is said."""


@dataclass
class Beside:
    """What is known of one run so far. `without`: a process of ours that has its mark too."""

    tree: Tree
    gauge: Gauge
    line: StatusLine
    expected: Expected
    without: frozenset[int] = frozenset()
    listener: Listener = field(default_factory=lambda: Listener("the run"))
    measured: RunPhases = field(default_factory=RunPhases)
    _pieces: tuple[Pieces, Pieces] = field(default_factory=lambda: (Pieces(), Pieces()))
    _looked: float = 0.0
    _before: dict[int, int] = field(default_factory=dict)

    def printed(self, text: bytes, *, error: bool) -> None:
        """It printed something, which is passed on already."""
        self.line.printed(text)
        for number, piece in self._pieces[error].take(text):
            self.hears(number, piece)

    def hears(self, number: int, piece: str) -> None:
        """A line of its log."""
        self.listener.takes(number, piece)
        phase = self.listener.course.phase
        if phase_named(phase) != self.measured.phase:
            self._look(time.monotonic())
            over = self.measured.turns(phase, time.monotonic())
            if over is not None:
                self._over(over)

    def ticks(self) -> None:
        """Some time went by."""
        now = time.monotonic()
        if now - self._looked >= _SECONDS:
            self._look(now)
        course = self.listener.course
        self.line.show(
            status(
                self.measured.phase,
                (course.step, course.steps),
                self.measured.now,
                self.measured.host_now,
                self.expected,
            )
        )

    def ends(self) -> None:
        """It is over; what came after the last end of a line counts too."""
        for place, one in enumerate(self._pieces):
            if rest := one.rest():
                self.hears(self._pieces[place].line, rest)
        self.line.clear()

    def _look(self, now: float) -> None:
        self._looked = now
        uses = self.gauge.latest()
        for one in uses:
            self._before.setdefault(one.index, one.used or 0)
        pids = self.tree.pids() - self.without
        if pids:
            self.measured.sees(of_run(uses, pids, self._before), self.tree.held(pids), now)

    def _over(self, name: str) -> None:
        peak = self.measured.peaks[name]
        if not self.line.live and peak.seconds >= _SHORT:
            one = PhasePeak(name, peak.seconds, peak.gpu, peak.host)
            self.line.say(phase_line(one, peak.gpus, self.expected))
