"""What each setting gives up and how long it takes, for the search of what fits; preference.toml, typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from wizard.knowledge.load import toml


@dataclass(frozen=True, slots=True)
class Batch:
    """`rows` for one update and the `usual` row in tokens where a config says none; the `shortest` row proposed."""

    rows: int
    usual: int
    shortest: int


@dataclass(frozen=True, slots=True)
class RateShare:
    """The share of a GPU's dense rate that a training step reaches, from `low` to `high`.

    The low end falls with the tokens of a micro batch below `tokens`; `several`: what is left of it where GPUs wait
    for each other.
    """

    low: float
    high: float
    tokens: int
    several: float


@dataclass(frozen=True, slots=True)
class Cost:
    """One setting of a knob. `order`: its place there; `context`: GPUs that share a row; the other figures are told at
    the head of preference.toml.
    """

    name: str
    title: str
    gives_up: str
    order: int
    loss: int = 0
    time: float = 1.0
    longer: bool = False
    away: int = 0
    context: int = 1
    source: str = ""


def costs(knob: str) -> Iterator[Cost]:
    """The settings of a knob in their order."""
    for order, (name, row) in enumerate(toml("preference")[knob].items()):
        yield Cost(name, order=order, **row)


@cache
def batch() -> Batch:
    """The batch and the lengths of a plan that says none."""
    row = toml("preference")["batch"]
    return Batch(row["rows"], row["usual"], row["shortest"])


@cache
def throughput() -> RateShare:
    """How much of a GPU's rate training reaches."""
    row = toml("preference")["pace"]
    return RateShare(row["low"], row["high"], row["tokens"], row["several"])


def host_times() -> float:
    """How much host memory is taken to be there, in times of the memory of the node's GPUs."""
    return float(toml("preference")["host"]["times_gpu_memory"])


def map_lengths() -> tuple[int, ...]:
    """The lengths of the map's columns, in tokens."""
    return tuple(toml("preference")["map"]["lengths"])


def map_gpus() -> tuple[str, ...]:
    """The GPUs of the map's columns, by their names in the catalogue."""
    return tuple(toml("preference")["map"]["gpus"])
