"""What a run held in each of its phases, by what was seen of it now and then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.domain.receipt import PhasePeak

STEP = "step"
_NAMES = {"forward": STEP, "backward": STEP, "optimizer": STEP, "train": STEP}

_BEFORE = ("start", "data", "load")


def phase_named(phase: str) -> str:
    """A phase of a log as a receipt calls it: of a step, its parts are not told apart from outside."""
    return _NAMES.get(phase, phase)


@dataclass(slots=True)
class HeldPeak:
    """The most so far, in bytes. `gpus`: by NVML's number of the GPU."""

    seconds: float = 0.0
    gpus: dict[int, int] = field(default_factory=dict)
    host: int | None = None

    @property
    def gpu(self) -> int | None:
        """Of the fullest GPU."""
        return max(self.gpus.values(), default=None)


@dataclass(slots=True)
class RunPhases:
    """The phases of one run so far, in the order in which they came first."""

    phase: str = "start"
    peaks: dict[str, HeldPeak] = field(default_factory=dict)
    now: dict[int, int] = field(default_factory=dict)
    host_now: int | None = None
    _since: float | None = None

    def turns(self, phase: str, at: float) -> str | None:
        """The log told a phase at a moment, in seconds; the phase that is over by that, None where none is."""
        phase = phase_named(phase)
        if self._since is None:
            self._since = at
        if phase == self.phase:
            return None
        over = self.phase
        self._count(at)
        self.phase = phase
        return over if over in self.peaks else None

    def sees(self, gpus: Mapping[int, int], host: int | None, at: float, *, spiked: int = 0) -> None:
        """What is held now. `spiked`: bytes of host memory beyond that, held for a moment since the last time.

        These count once it trains, evaluations and what comes after a save among it: while a model is loaded, most of
        what comes and goes is its file, mapped.
        """
        self._count(at)
        peak = self.peaks[self.phase]
        self.now, self.host_now = dict(gpus), host
        for index, held in gpus.items():
            peak.gpus[index] = max(held, peak.gpus.get(index, 0))
        if host is not None:
            peak.host = max(host + (0 if self.phase in _BEFORE else spiked), peak.host or 0)

    def ends(self, at: float) -> None:
        """It is over."""
        self._count(at)

    def told(self) -> tuple[PhasePeak, ...]:
        """All phases so far."""
        return tuple(PhasePeak(name, one.seconds, one.gpu, one.host) for name, one in self.peaks.items())

    def _count(self, at: float) -> None:
        peak = self.peaks.setdefault(self.phase, HeldPeak())
        peak.seconds += max(0.0, at - (self._since if self._since is not None else at))
        self._since = at
