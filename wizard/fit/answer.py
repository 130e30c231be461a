"""What fits a card: how things stand, the best that fits, the price of each single change, and what else would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wizard.axolotl import base, batch
from wizard.axolotl.assumed import largest_assumption
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate, Fit
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.alternatives import Allowed, Instead, everything, instead
from wizard.fit.savings import ladder
from wizard.fit.search import Found, Prefer, Wanted, best, shorter
from wizard.fit.throughput import Throughput, throughput
from wizard.fit.upgrades import gains
from wizard.memory import estimate_of
from wizard.rules.registry import Change


@dataclass(frozen=True, slots=True)
class FitAnswer:
    """`now`: the estimate of the plan as it stands. `found`: the best choice that fits, None where none does.

    `short`: where none does, the best with shorter rows. `saves`, `gains`: the single changes of the plan as it
    stands. `instead`: other GPUs or another model, where nothing fits at the wanted length. `throughput`: of what was
    found, None where it can't be told. `assumed`: what `now` rests on most.
    `experts_lost`: what the base's experts are stored by, where no setting makes them train; "" elsewhere.
    """

    plan: Plan
    model: Model
    machine: Machine | None
    want: Wanted
    now: Estimate
    found: Found | None
    short: Found | None
    saves: tuple[Change, ...]
    gains: tuple[Change, ...]
    instead: tuple[Instead, ...]
    throughput: Throughput | None = None
    assumed: str = ""
    experts_lost: str = ""

    @property
    def fit(self) -> Fit:
        """Whether the plan as it stands fits."""
        return self.now.fit(self.free)

    @property
    def free(self) -> int | None:
        """Bytes that are free, None where that is not known."""
        return self.machine.free_bytes if self.machine else None


def answer(
    plan: Plan, model: Model, machine: Machine | None, want: Wanted, acceptance: Allowed = everything
) -> FitAnswer:
    """Search and price. `acceptance`: for a plan, whether Axolotl takes another one as well."""
    allowed = acceptance(plan, model, machine)
    settings = effective(plan, model, machine)
    now = estimate_of(settings, model)
    found = short = None
    other: tuple[Instead, ...] = ()
    if machine is not None and machine.free_bytes is not None:
        found = best(plan, model, machine, want, allowed)
        if found is None:
            short = _shorter(plan, model, machine, want, allowed)
            order: Prefer = "speed" if want.prefer == "speed" else "quality"
            other = instead(plan, model, machine, replace(want, prefer=order), acceptance)
    lost = base.experts_packed_by(plan, model) or ""
    rungs = () if lost else ladder(plan, model, machine, settings, now)
    saves = tuple(one for one in rungs if allowed(plan.changed(one.changes)))
    more = () if lost else gains(plan, model, machine, settings, now, allowed)
    taken = found or short
    speed = throughput(model, effective(taken.plan, model, machine), machine) if taken else None
    assumed = largest_assumption(settings, now)
    return FitAnswer(plan, model, machine, want, now, found, short, saves, more, other, speed, assumed, lost)


def _shorter(plan: Plan, model: Model, machine: Machine, want: Wanted, allowed: Callable[[Plan], bool]) -> Found | None:
    """The best with the longest rows that fit, of lengths shorter than wanted; asked from the shortest on."""
    longest = None
    for one in reversed(shorter(want, batch.sequence_len(plan))):
        found = best(plan, model, machine, one, allowed)
        if found is None:
            break
        longest = found
    return longest
