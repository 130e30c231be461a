"""What fits, asked from within the wizard: the best, and each single change, as answers that can be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wizard.domain.estimate import Fit
from wizard.domain.units import GIB, gib
from wizard.fit.answer import FitAnswer, answer
from wizard.fit.search import Prefer, host_bytes, wanted
from wizard.fit.search_space import cheaper_methods
from wizard.questions.steps import where
from wizard.review import acceptance
from wizard.rules.registry import Change
from wizard.session.state import State

_METHODS = ("full", "lora", "qlora")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that can be taken: its label, what it means, the fields, and what the plan would need then."""

    label: str
    about: str
    changes: Mapping[str, object]
    fit: Fit
    needs: int


def fitting(state: State, prefer: Prefer) -> FitAnswer | None:
    """The answer for a state, None where the model is not known.

    Length and rows for one update stay as chosen. In a person's own file the method stays, or becomes a cheaper one.
    """
    if state.model is None:
        return None
    methods = cheaper_methods(state.plan) if state.file is not None else _METHODS
    want = wanted(state.plan, state.machine.count, methods, prefer)
    return answer(state.plan, state.model, state.machine, want, acceptance)


def proposals(answer: FitAnswer) -> tuple[Proposal, ...]:
    """The best first, or what fits with shorter rows; then what saves memory, then what more of it would buy."""
    found = []
    best = answer.found or answer.short
    if best is not None:
        word = f"Best for {answer.want.prefer}" if answer.found else "With shorter rows"
        given = "; ".join(best.choice.gives_up)
        speed = f" {answer.throughput.says.capitalize()}." if answer.throughput else ""
        host = host_bytes(best.estimate)
        speed += f" Needs {gib(host)} of host memory on each machine." if host else ""
        about = f"{word}: {best.choice.says}.{speed}{f' Gives up: {given}.' if given else ''}"
        found.append(Proposal(word, about, best.changes, "fits", best.estimate.device.likely))
    found += [_rung(change, answer, "gives up") for change in answer.saves]
    found += [_rung(change, answer, "gains") for change in answer.gains]
    return tuple(found)


def _rung(change: Change, answer: FitAnswer, word: str) -> Proposal:
    label = f"{-change.saves_bytes / GIB:+6.1f}  {change.says}"
    then = change.estimate
    return Proposal(
        label, f"{change.says}: {word} {change.gives_up}.", change.changes, then.fit(answer.free), then.device.likely
    )


def otherwise(answer: FitAnswer) -> str:
    """A sentence for where nothing fits at this length; empty where something does."""
    if answer.free is None:
        return f"Whether anything fits is unknown: no GPU is known. Name one at {where('machine')}."
    if answer.found is not None:
        return ""
    said = ", ".join(f"{one.says} ({one.kind})" for one in answer.instead)
    other = f" What would else do: {said}." if said else ""
    return f"Nothing fits with rows of {answer.want.length:,} tokens.{other}"
