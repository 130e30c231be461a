"""The best settings that fit: every choice in the order of a preference, the first that fits is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from wizard.axolotl import base, batch
from wizard.axolotl.sharding import sharding
from wizard.domain.estimate import Estimate
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.division import long_enough, takes
from wizard.fit.method import method_of
from wizard.fit.search_space import Combination, allowed_settings, fields
from wizard.knowledge import preference
from wizard.memory import estimate

Prefer = Literal["quality", "speed", "length"]
PREFERENCES: tuple[Prefer, ...] = ("quality", "speed", "length")
_DOUBLED_TO = 1 << 17
"""Tokens of a row; a wish for long rows goes no further."""
LONGEST = 4_000_000
"""Tokens of a row; no more is looked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for. `length`: tokens a row; `rows`: rows for one update; `methods`: those that may be taken.

    `keeps`: the method that a person began with and gives up last, if there is one.
    """

    prefer: Prefer
    length: int
    rows: int
    methods: tuple[str, ...]
    keeps: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A choice that fits, its plan and the estimate."""

    choice: Combination
    changes: dict[str, object]
    plan: Plan
    estimate: Estimate


def wanted(plan: Plan, gpus: int, methods: tuple[str, ...], prefer: Prefer, length: int | None = None) -> Wanted:
    """What a person's own plan asks for: its length, and its rows for one update on all GPUs together. A full
    fine-tune stays one as long as it fits in some way.
    """
    data = sharding(plan, gpus)[0].data
    rows = batch.micro_batch_size(plan) * batch.accumulation(plan) * data
    keeps = "full" if method_of(plan) == "full" else None
    return Wanted(prefer, length or min(LONGEST, batch.sequence_len(plan)), rows, methods, keeps)


def usual(model: Model, methods: tuple[str, ...], prefer: Prefer, length: int | None = None) -> Wanted:
    """What is asked for where no plan says more: the usual length, as far as the model reaches, and the usual rows."""
    known = preference.batch()
    return Wanted(prefer, length or min(known.usual, model.max_length or known.usual), known.rows, methods)


def best(
    plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Callable[[Plan], bool] = lambda plan: True
) -> Found | None:
    """The first choice, in the order of the preference, whose high estimate is below what is free; None where none is.

    Nor does it need more host memory than a node is taken to have. None too for a base that trains with no settings.
    `allowed`: whether Axolotl takes a plan. Nothing is
    shorter than what is wanted; `shorter` asks for less.
    """
    free = machine.free_bytes
    if free is None or base.experts_packed_by(plan, model):
        return None
    over, room = _Over(), host_room(machine)
    choices = ordered(plan, model, machine, want)
    least = _least(choices)
    for choice in choices:
        if over.has(choice):
            continue
        changes = fields(choice, plan, model)
        then = plan.changed(changes)
        need = estimate(then, model, machine)
        if need.device.high < free:
            if host_bytes(need) <= room and allowed(then):
                return Found(choice, changes, then, need)
            continue
        over.note(choice)
        if need.components["weights"] >= free:
            over.too_heavy(choice)
            continue
        fewest = least.pop(_alike(choice), choice)
        if fewest is not choice:  # asked once: where even the fewest rows do not fit, all these settings are done with
            small = estimate(plan.changed(fields(fewest, plan, model)), model, machine)
            if small.device.high >= free:
                over.note(fewest)
                continue
            edge = _edge(fewest, small, choice, need, free, _lengths(model, want))
            if edge and estimate(plan.changed(fields(edge, plan, model)), model, machine).device.high >= free:
                over.note(edge)
    return None


def _edge(
    fits: Combination, small: Estimate, over: Combination, large: Estimate, free: int, lengths: list[int]
) -> Combination | None:
    """The shortest rows that likely do not fit either: memory grows nearly in proportion to the tokens."""
    tokens = fits.length * fits.micro, over.length * over.micro
    slope = (large.device.high - small.device.high) / max(1, tokens[1] - tokens[0])
    most = tokens[0] + (free - small.device.high) / max(slope, 1e-9)
    length = next((one for one in lengths if most < one * fits.micro and one < over.length), None)
    return replace(fits, length=length) if length is not None and length > fits.length else None


def host_bytes(need: Estimate) -> int:
    """Bytes that wait in the host memory of a node while it trains."""
    return sum(size for name, size in need.host.items() if name in ("offloaded", "activations", "paged"))


def host_room(machine: Machine) -> float:
    """Bytes of host memory that a node has, or is taken to have where nothing tells how much it is."""
    if machine.host_free_bytes is not None:
        return machine.host_free_bytes
    each = (machine.total_bytes or 0) * machine.count / machine.nodes
    return preference.host_times() * each


class _Over:
    """What is known not to fit: then neither do more or longer rows with the same settings.

    Whether gradients wait for another micro batch is one of the settings: without that, more rows can need less.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], list[tuple[int, int]]] = {}
        self._heavy: set[tuple[str, str]] = set()

    def note(self, choice: Combination) -> None:
        """It does not fit."""
        self._known.setdefault(_alike(choice), []).append((choice.length, choice.micro))

    def too_heavy(self, choice: Combination) -> None:
        """The weights alone do not fit: nothing does with this method and sharding."""
        self._heavy.add((choice.method.name, choice.sharding.name))

    def has(self, choice: Combination) -> bool:
        """Whether that follows from what is known."""
        if (choice.method.name, choice.sharding.name) in self._heavy:
            return True
        known = self._known.get(_alike(choice), ())
        return any(length <= choice.length and micro <= choice.micro for length, micro in known)


def _alike(choice: Combination) -> tuple[object, ...]:
    """What two choices share that differ in rows alone."""
    return (*(one.name for one in choice.settings), choice.accumulation > 1)


def _least(choices: list[Combination]) -> dict[tuple[object, ...], Combination]:
    """For all settings the choice of the fewest and shortest rows."""
    found: dict[tuple[object, ...], Combination] = {}
    for choice in choices:
        least = found.get(_alike(choice))
        if least is None or (choice.length, choice.micro) < (least.length, least.micro):
            found[_alike(choice)] = choice
    return found


def shorter(want: Wanted, own: int = 0) -> list[Wanted]:
    """The same with shorter rows, the longest first: doublings of the shortest that is of use, and the plan's `own`."""
    lengths, longest = {own}, preference.batch().shortest
    while longest < want.length:
        lengths.add(longest)
        longest *= 2
    usable = sorted((length for length in lengths if 0 < length < want.length), reverse=True)
    return [replace(want, prefer="quality", length=length) for length in usable]


def ordered(plan: Plan, model: Model, machine: Machine, want: Wanted) -> list[Combination]:
    """Every choice, the most preferred first. The order is total: no two choices are equal in it."""
    return sorted(_choices(plan, model, machine, want), key=lambda choice: order(choice, want.prefer, want.keeps))


def order(choice: Combination, prefer: Prefer, keeps: str | None = None) -> tuple[float, ...]:
    """Smaller is better. What stays on the GPU goes before what waits in host memory, whatever is preferred, but for
    the method that is kept: unless speed is preferred, that goes before any other.

    quality: what is learned (method, then states), then time. speed: time, then what is learned. length: the longest
    rows, then as for quality. Where all that is equal: less sent between GPUs, then larger micro batches.
    """
    loss = (choice.method.loss, choice.optimizer.loss)
    away = (sum(one.away for one in choice.settings),)
    time = (choice.method.time * choice.checkpointing.time * choice.sharding.time,)
    sent = (choice.sharding.order, choice.sharding.context)
    rest = (*sent, -choice.micro, choice.loss.order, choice.optimizer.order, choice.checkpointing.order)
    if prefer == "speed":
        return (*away, *time, *loss, *rest)
    kept = (keeps is not None and choice.method.name != keeps,)
    return (*kept, *((-choice.length,) if prefer == "length" else ()), *away, *loss, *time, *rest)


def _choices(plan: Plan, model: Model, machine: Machine, want: Wanted) -> Iterator[Combination]:
    data = sharding(plan, machine.count)[0].data
    knobs = allowed_settings(plan, model, machine.count, want.methods, flash=bool(machine.flash_attention_2))
    for method, parts, optimizer, checkpointing, loss in product(
        *(knobs[knob] for knob in ("method", "sharding", "optimizer", "checkpointing", "linear_loss"))
    ):
        if parts.name.startswith("fsdp2") and checkpointing.name == "offloaded":
            continue
        if not takes(parts.name, optimizer.name):
            continue
        rows = data // parts.context
        for length, micro in product(_lengths(model, want), _micro_batches(want.rows, rows)):
            if not long_enough(parts, length):
                continue
            accumulation = max(1, round(want.rows / (micro * rows)))
            yield Combination(method, parts, optimizer, checkpointing, loss, micro, accumulation, length)


def _lengths(model: Model, want: Wanted) -> list[int]:
    """The wanted one; where length is preferred also twice as much, and so on, as far as the model reaches."""
    most = min(model.max_length or want.length, _DOUBLED_TO)
    found = [want.length]
    while want.prefer == "length" and found[-1] * 2 <= most:
        found.append(found[-1] * 2)
    return found


def _micro_batches(rows: int, data: int) -> list[int]:
    """Powers of two that the rows of an update hold; `data`: GPUs that see different rows."""
    found = [1]
    while found[-1] * 2 * data <= rows:
        found.append(found[-1] * 2)
    return found
