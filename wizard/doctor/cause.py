"""From a death to its cause."""

from __future__ import annotations

from wizard.doctor.diagnosis import CauseName
from wizard.doctor.growth import growth
from wizard.doctor.heard import Death, Heard
from wizard.doctor.shortage import Shortage
from wizard.domain.units import GIB, MIB

_BY_KIND: dict[str, CauseName] = {
    "host": "host_memory", "shared": "host_memory", "kernel": "host_memory", "killed": "host_memory", "disk": "disk",
    "generation": "generation", "broken": "not_memory", "stopped": "not_memory", "exception": "unknown",
    "follower": "unknown",
}  # fmt: skip
_BY_PHASE: dict[str, CauseName] = {
    "load": "load", "data": "load", "evaluation": "evaluation", "save": "save", "generation": "generation"
}  # fmt: skip
_LEAST_OF_OTHERS = 512 * MIB
"""Bytes of other processes below which they are not to blame: a desktop takes some hundred MiB."""


def cause_of(death: Death, heard: Heard, *, known: bool) -> CauseName:
    """The cause of a death. `known`: a rule knows it."""
    if death.kind != "gpu":
        return "not_memory" if known and death.kind == "exception" else _BY_KIND[death.kind]
    figures = death.shortage
    if figures is not None and by_others(figures) and not (in_pieces(figures) and _mostly_idle(figures)):
        return "other_process"
    if figures is None and death.name == "driver-gpu" and death.phase == "start":
        return "other_process"  # not even CUDA's own context had room
    if figures is not None and in_pieces(figures):
        return "fragmentation"
    if death.phase in _BY_PHASE:
        return _BY_PHASE[death.phase]
    if growth(heard.samples, death.line) is not None:
        return "leak"
    return _of_a_step(death, heard)


def _of_a_step(death: Death, heard: Heard) -> CauseName:
    step = death.step
    if death.phase == "optimizer":
        return "too_big" if step else "first_optimizer_step"
    if step == 1 and not (heard.settings.get("adapter") or "").endswith("lora"):
        return "first_optimizer_step"  # its states came with the first step, and the second has them beside it
    if step is None or step == 0 or heard.constant:
        return "too_big"
    return "longest_row"


def by_others(figures: Shortage) -> bool:
    """Whether there would have been room, had other processes held nothing."""
    if figures.asked is None or figures.of_others < _LEAST_OF_OTHERS:
        return False
    return (figures.free or 0) + figures.of_others >= figures.asked


def _mostly_idle(figures: Shortage) -> bool:
    """Whether more was held in no use than by other processes."""
    return (figures.idle or 0) > figures.of_others


def in_pieces(figures: Shortage) -> bool:
    """Whether PyTorch held enough that was in no use: more than was asked for, and more than is usual.

    A tenth of the GPU: below that a run is full, and what lies between its blocks is not what it died of.
    """
    if figures.asked is None or figures.idle is None:
        return False
    capacity = figures.allowed or figures.capacity or 0
    return figures.idle >= max(figures.asked, capacity // 10, GIB // 4)
