"""Plays a run without a GPU: an allocator that takes and keeps memory as PyTorch's does, step by step, with or without
a leak, under the eyes of what stands beside a real one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from wizard.cli import standing
from wizard.cli.standing import Beside
from wizard.cli.statusline import StatusLine
from wizard.output.text.run import Expected
from wizard.world.gauge import GpuUse

MIB, PID = 1 << 20, 4711
SEGMENT, SMALL = 20 * MIB, 2 * MIB


class Block:
    """A piece of a segment, between its neighbours."""

    __slots__ = ("after", "before", "free", "size")

    def __init__(self, size: int, before: Block | None = None, after: Block | None = None) -> None:
        self.size, self.before, self.after, self.free = size, before, after, False


class Allocator:
    """Best fit, split and put together again; what is free stays reserved (ATen CUDACachingAllocator.cpp)."""

    def __init__(self) -> None:
        self.reserved = self.active = self.peak = 0
        self._free: set[Block] = set()

    def take(self, size: int) -> Block:
        """A block of this size, rounded up."""
        size = -(-size // 512) * 512
        fitting = [one for one in self._free if one.size >= size]
        if fitting:
            block = min(fitting, key=lambda one: one.size)
            self._free.remove(block)
        else:
            block = Block(size if size >= 10 * MIB else SEGMENT)
            block.size = -(-block.size // SMALL) * SMALL
            self.reserved += block.size
        if block.size - size > MIB:
            block.after = rest = Block(block.size - size, block, block.after)
            if rest.after is not None:
                rest.after.before = rest
            block.size, rest.free = size, True
            self._free.add(rest)
        block.free = False
        self.active += block.size
        self.peak = max(self.peak, self.active)
        return block

    def give(self, block: Block) -> None:
        """It is free, and one with its free neighbours."""
        self.active -= block.size
        block.free = True
        for near in (block.before, block.after):
            if near is not None and near.free:
                self._free.discard(near)
                block.size += near.size
                if near is block.before:
                    block.before = near.before
                    if near.before is not None:
                        near.before.after = block
                else:
                    block.after = near.after
                    if near.after is not None:
                        near.after.before = block
        self._free.add(block)


class Seen(NamedTuple):
    """A step, and after it: the most that was active in it, what is reserved, and host memory."""

    step: int
    active: int
    reserved: int
    host: int


@dataclass
class Played:
    """One run. `leak`: bytes that each step keeps. `lengths`: least and most share of a full row. `evals`: steps
    between evaluations, and `collects` between Python's looks for cycles; 0 for none.
    """

    seed: int
    steps: int
    base: int
    leak: int = 0
    lengths: tuple[float, float] = (1.0, 1.0)
    evals: int = 0
    collects: int = 0

    def held(self) -> Iterator[Seen]:
        """Step by step."""
        dice, one = random.Random(self.seed), Allocator()
        one.take(self.base)
        kept, cycles, row = 0, list[Block](), self.base // 16
        for step in range(1, self.steps + 1):
            one.peak, share = one.active, dice.uniform(*self.lengths)
            layers = [one.take(int(row * share * (1 - 0.01 * layer))) for layer in range(8)]
            kept += self.leak
            while kept >= SMALL:  # tensors that nobody frees
                one.take(SMALL)
                kept -= SMALL
            if self.collects:
                cycles.append(one.take(int(row * share * 0.02)))
                if step % self.collects == 0:
                    while cycles:
                        one.give(cycles.pop())
            if self.evals and step % self.evals == 0:
                one.give(one.take(row * 2))
            for block in layers:
                one.give(block)
            yield Seen(step, one.peak, one.reserved, int(3e9 + dice.gauss(0, 2e7)))


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class _Tree:
    """One process. `host`: what it holds."""

    host = 0

    def pids(self) -> frozenset[int]:
        return frozenset({PID})

    def held(self, _pids: frozenset[int]) -> int:
        return self.host

    def spiked(self, _pids: frozenset[int]) -> int:
        return 0


class _Gauge:
    """NVML, once a second: it tells what was so when it was asked last."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._asked = clock, -1.0
        self.held, self._told = 0, 0

    def latest(self) -> tuple[GpuUse, ...]:
        if self._clock.now - self._asked >= 1.0:
            self._asked, self._told = self._clock.now, self.held
        return (GpuUse(0, "GPU-0", 1 << 50, self._told, {PID: self._told}),)


def said(
    run: Played, limits: Mapping[str, int], monkeypatch: pytest.MonkeyPatch, *, seconds: float, logs: bool = False,
    until: int | None = None,
) -> list[str]:  # fmt: skip
    """What memwizard says of growing memory while it is played, a step each `seconds`, up to the step `until`.

    `logs`: Axolotl logs its memory after each step.
    """
    clock, tree = Clock(), _Tree()
    monkeypatch.setattr(standing, "time", clock)
    gauge, line = _Gauge(clock), StatusLine(drawn=False)
    told = list[str]()
    monkeypatch.setattr(line, "say", told.append)
    beside = Beside(tree, gauge, line, Expected())  # type: ignore[arg-type]
    beside.leaks.limits.update(limits)  # type: ignore[arg-type]
    beside.printed(b"Starting trainer...\n", error=False, beside=False)
    for seen in run.held():
        gauge.held, tree.host = seen.reserved + 500 * MIB, seen.host
        ticks = max(1, round(seconds / 0.25))
        for _ in range(ticks):
            clock.now += seconds / ticks
            beside.ticks()
        beside.printed(_log(seen, run.steps, logs=logs), error=False, beside=False)
        if seen.step == until:
            break
    return [one for one in told if " grows by " in one]


def _log(seen: Seen, steps: int, *, logs: bool) -> bytes:
    bar = f"\r{100 * seen.step // steps:3d}%|###   | {seen.step}/{steps} [00:01<00:02,  1.00s/it]\n"
    memory = f", 'memory/max_active (GiB)': '{seen.active / 2**30:.2f}'" if logs else ""
    return f"{bar}{{'loss': '8.906'{memory}}}\n".encode()
