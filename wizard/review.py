"""The one pure function that the screen, every command and every test call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from wizard.axolotl.effective import Effective, effective
from wizard.domain.estimate import Estimate, Fit
from wizard.domain.finding import Finding, Later
from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.templates import unfilled
from wizard.knowledge.axolotl.settings import read
from wizard.memory import estimate_of

if TYPE_CHECKING:
    from wizard.rules.registry import Change, Subject

_ON_THE_TEXT = frozenset({"MW830", "MW832"})
"""Rules that look at what stands in the file, whatever it will mean."""


@dataclass(frozen=True, slots=True)
class Review:
    """Estimate and findings of one plan. `estimate` is None where the base model is not known.

    `judged`: whether any rule was asked; where none was, that there are no findings says nothing.
    """

    plan: Plan
    model: Model | None
    machine: Machine | None
    effective: Effective
    estimate: Estimate | None
    findings: tuple[Finding, ...]
    judged: bool = True

    @property
    def fit(self) -> Fit:
        """Whether the estimate fits the memory that is free now."""
        if self.estimate is None or self.machine is None:
            return "unknown"
        return self.estimate.fit(self.machine.free_bytes)

    @property
    def host_fit(self) -> Fit:
        """The same of the host memory of a node."""
        if self.estimate is None or self.machine is None:
            return "unknown"
        return self.estimate.host_fit(self.machine.host_total_bytes, self.machine.host_free_bytes)

    def costs(self, key: str) -> int | None:
        """Bytes of a GPU that a written key takes: the likely ones less those without it; below 0 where it saves."""
        if self.estimate is None or key not in self.plan.values:
            return None
        then = estimated(self.plan.changed({key: REMOVE}), self.model, self.machine).estimate
        return None if then is None else self.estimate.device.likely - then.device.likely

    def changes(self) -> tuple[Change, ...]:
        """The single changes that save memory, safe ones first."""
        return _savings(self)


def estimated(plan: Plan, model: Model | None, machine: Machine | None = None) -> Review:
    """The estimate alone, for who can't wait for the rules to be loaded: not judged yet. Pure, as `review` is.

    There is none where it depends on a template that nothing has filled in.
    """
    settings = effective(plan, model, machine)
    known = model is not None and read().isdisjoint(unfilled(plan.values))
    return Review(plan, model, machine, settings, estimate_of(settings, model) if model and known else None, (), False)


def review(
    plan: Plan, model: Model | None, machine: Machine | None = None, heads: Mapping[str, Head] | None = None
) -> Review:
    """Estimate a plan and judge it by every rule. Pure; never raises for any mapping.

    `heads`: what was read of the data files that it names, by their `path`.
    """
    from wizard.rules.catalogue import rules_for
    from wizard.rules.registry import Subject

    begun = estimated(plan, model, machine)
    templates = unfilled(plan.values)
    if templates:
        return _of_what_is_filled(begun, templates, heads or {})
    settings, now = begun.effective, begun.estimate

    @cache
    def changes() -> tuple[Change, ...]:
        return _savings(begun)

    subject = Subject(plan, settings, model, machine, now, changes, heads=heads or {})
    findings = [_priced(finding, subject) for rule in rules_for(subject.written) for finding in rule.check(subject)]
    return replace(begun, findings=tuple(findings), judged=True)


def _of_what_is_filled(begun: Review, templates: Mapping[str, str], heads: Mapping[str, Head]) -> Review:
    """The review of a plan with templates: its findings are those that these keys have no part in, and one on them."""
    from wizard.rules.catalogue import rules_for
    from wizard.rules.registry import Subject

    unknown = {key: REMOVE for key in templates if isinstance(begun.plan.values[key], str)}
    plan = begun.plan.changed(unknown)
    settings = effective(plan, begun.model, begun.machine)
    subject = Subject(plan, settings, begun.model, begun.machine, begun.estimate, lambda: (), templates, heads)
    found = [one for rule in rules_for(subject.written) for one in rule.check(subject)]
    touched = [{*one.fields, *(one.fix.changes if one.fix else ())} & templates.keys() for one in found]
    kept = [one for one, keys in zip(found, touched, strict=True) if not keys or one.code in _ON_THE_TEXT]
    return replace(begun, findings=tuple(kept), judged=True)


def _priced(finding: Finding, subject: Subject) -> Finding:
    """The finding with the bytes its fix saves."""
    fix, model, now = finding.offer, subject.model, subject.estimate
    if fix is None or isinstance(fix, Later) or fix.saves_bytes is not None or model is None or now is None:
        return finding
    then = effective(subject.plan.changed(fix.changes), model, subject.machine)
    same = then == subject.effective  # most fixes change nothing that takes memory
    saves = 0 if same else now.device.likely - estimate_of(then, model).device.likely
    return replace(finding, offer=replace(fix, saves_bytes=saves))


def _savings(found: Review) -> tuple[Change, ...]:
    """The single changes that save memory and stop nothing that runs now."""
    plan, model, machine, now = found.plan, found.model, found.machine, found.estimate
    if now is None or model is None:
        return ()
    from wizard.fit.savings import ladder

    runs = acceptance(plan, model, machine)
    return tuple(one for one in ladder(plan, model, machine, found.effective, now) if runs(plan.changed(one.changes)))


def acceptance(plan: Plan, model: Model | None, machine: Machine | None = None) -> Callable[[Plan], bool]:
    """Whether another plan runs as well as this one: nothing stops it that does not stop this one.

    The rules on memory are not asked.
    """

    @cache
    def known() -> frozenset[str]:
        return codes(stops(plan, model, machine))

    return lambda other: codes(stops(other, model, machine)) <= known()


def stops(plan: Plan, model: Model | None, machine: Machine | None = None) -> tuple[Finding, ...]:
    """What keeps a plan from running to its end, as `review` finds it, asking only the rules that can say so.

    Their fixes have no prices. Pure; never raises for any mapping.
    """
    from wizard.rules.catalogue import rules_for
    from wizard.rules.registry import Subject

    if unfilled(plan.values):
        return stopping(review(plan, model, machine).findings)
    begun = estimated(plan, model, machine)
    subject = Subject(plan, begun.effective, model, machine, begun.estimate, lambda: ())
    asked = (rule for rule in rules_for(subject.written) if rule.can_stop)
    return stopping(finding for rule in asked for finding in rule.check(subject))


def stopping(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that keep a plan from running to its end, memory left aside: Axolotl refuses it, or the run dies."""
    return tuple(one for one in findings if (one.severity == "error" or one.crashes) and not one.on_memory)


def codes(findings: Iterable[Finding]) -> frozenset[str]:
    """Each code once."""
    return frozenset(one.code for one in findings)


def errors(findings: Iterable[Finding]) -> frozenset[str]:
    """The codes of those that keep a plan from running, memory left aside."""
    return codes(one for one in findings if one.severity == "error" and not one.on_memory)


def refused(findings: Iterable[Finding]) -> bool:
    """Whether Axolotl says of a plan that it does not take it."""
    return any(one.severity == "error" and one.quoted for one in findings)


def refusals(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those for which Axolotl refuses a plan: errors, but for what dies later, of memory or otherwise."""
    return tuple(one for one in findings if one.severity == "error" and not one.on_memory and not one.crashes)
