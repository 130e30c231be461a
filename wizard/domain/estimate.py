"""Bytes per component and per phase, as low / likely / high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Fit = Literal["fits", "tight", "over", "unknown"]
Phase = Literal["load", "forward", "backward", "optimizer", "eval", "save"]
Component = Literal["weights", "adapter", "gradients", "optimizer", "activations", "logits", "temporaries", "runtime"]
PHASES: tuple[Phase, ...] = get_args(Phase)
COMPONENTS: tuple[Component, ...] = get_args(Component)


class Range(NamedTuple):
    """Bytes: not less than `low`, most likely `likely`, not more than `high`."""

    low: int
    likely: int
    high: int

    def within(self, free_bytes: int | None) -> Fit:
        """`fits` when even the high figure is below what is free, `tight` when only the likely one is."""
        if free_bytes is None:
            return "unknown"
        if self.high < free_bytes:
            return "fits"
        return "tight" if self.likely < free_bytes else "over"


class Cause(NamedTuple):
    """A named reason why the figure is a range: what it may take away and add, in bytes (both >= 0)."""

    name: str
    less: int
    more: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one plan needs on the fullest GPU. All figures in bytes.

    `allocated` is what `torch.cuda.max_memory_allocated` reports for training (of loading, which comes before,
    only its high figure knows); `device` is what the whole run needs: it adds the CUDA context, library
    workspaces and fragmentation, and what loading takes beyond training; `nvidia_smi_bytes` is what nvidia-smi
    may show, cache included.
    `host` is memory of the machine by use, for all its processes: loading, offloaded, activations, paged, merge;
    `host_need` what a node needs at its worst until the training ends.
    `learned`: how runs of this machine changed the range, in words.
    `components` are live at the peak and, runtime apart, add up to `allocated.likely`.
    """

    allocated: Range
    device: Range
    nvidia_smi_bytes: int
    peak_phase: Phase
    phases: Mapping[Phase, int]
    components: Mapping[Component, int]
    trainable: int
    host: Mapping[str, int]
    host_need: Range
    causes: tuple[Cause, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    learned: str = ""

    @property
    def worst_phase(self) -> Phase:
        """The phase that needs most. `peak_phase` is that of the training alone: loading comes before it."""
        return max(self.phases, key=lambda phase: (self.phases[phase], phase == self.peak_phase))

    def host_fit(self, total_bytes: int | None, free_bytes: int | None) -> Fit:
        """The same of host memory: `over` where not even what is certain is in the machine."""
        if total_bytes is None or free_bytes is None:
            return "unknown"
        if self.host_need.low > total_bytes:
            return "over"
        return "fits" if self.host_need.high <= free_bytes else "tight"

    def fit(self, free_bytes: int | None) -> Fit:
        """`fits` when even the high figure is below what is free, `tight` when only the likely one is."""
        return self.device.within(free_bytes)
