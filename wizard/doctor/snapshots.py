"""What a memory snapshot tells: who held what at the fullest moment, which terms of the estimate that are, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wizard.doctor.diagnosis import CauseName, Diagnosis, Evidence
from wizard.doctor.heard import Call
from wizard.doctor.peak import Peak, peak
from wizard.doctor.stacks import phase_of, term_of
from wizard.doctor.words import size
from wizard.domain.snapshot import Frame, Snapshot
from wizard.domain.units import MIB
from wizard.knowledge.deaths import cause_texts

_CAUSES: dict[str, CauseName] = {
    "load": "load", "evaluation": "evaluation", "save": "save", "generation": "generation",
    "optimizer": "first_optimizer_step",
}  # fmt: skip
_BY_PHASE = {"backward": "gradients", "load": "weights", "optimizer": "optimizer"}
_OURS = ("/axolotl/", "/transformers/", "/peft/", "/trl/", "/bitsandbytes/", "/liger_kernel/", "/deepspeed/")
_LEAST_FALLS = 3
_OUTER = ("/trainer.py", "/accelerator.py", "axolotl/train.py", "axolotl/cli/")


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """Memory of one term that was asked for in one place. `bytes`: at the fullest moment."""

    term: str
    place: str
    bytes: int


@dataclass(frozen=True, slots=True)
class SeenSnapshot:
    """A snapshot and what is said of it. `groups`: the largest first; `terms`: bytes by term."""

    peak: Peak
    groups: tuple[BlockGroup, ...]
    terms: Mapping[str, int]
    diagnosis: Diagnosis


def seen(name: str, snapshot: Snapshot) -> SeenSnapshot:
    """What a snapshot tells."""
    top = peak(snapshot)
    calls = [_calls(stack) for stack in snapshot.stacks]
    sums: dict[tuple[str, str], int] = {}
    for stack, held in top.by_stack.items():
        key = (term(calls[stack]), place(calls[stack]))
        sums[key] = sums.get(key, 0) + held
    groups = tuple(
        sorted((BlockGroup(*key, held) for key, held in sums.items()), key=lambda one: (-one.bytes, one.term))
    )
    terms: dict[str, int] = {}
    for one in groups:
        terms[one.term] = terms.get(one.term, 0) + one.bytes
    return SeenSnapshot(top, groups, terms, _diagnosis(name, top, calls, terms))


def _calls(stack: Sequence[Frame]) -> tuple[Call, ...]:
    """The calls, the outermost first."""
    return tuple(reversed(stack))


def term(calls: tuple[Call, ...]) -> str:
    """Which component of the estimate memory of this stack belongs to; `other` where the stack does not tell."""
    found = term_of(calls)
    phase = phase_of(calls)
    if found == "activations" and phase == "load":
        return "weights"
    return found or _BY_PHASE.get(phase or "", "other")


def place(calls: Sequence[Call]) -> str:
    """The innermost call of a library that a person knows, as `modeling_llama.py forward`."""
    known = [one for one in calls if any(part in one[0] for part in _OURS) and not one[0].endswith(_OUTER)]
    path, function = (known or list(calls) or [("", "")])[-1]
    return f"{path.rpartition('/')[2]} {function}".strip() or "no stack was recorded"


def _diagnosis(name: str, top: Peak, calls: Sequence[tuple[Call, ...]], terms: Mapping[str, int]) -> Diagnosis:
    phase = phase_of(calls[top.who])
    leak = _leaking(top, calls)
    cause = _cause(top, phase, leak)
    first = max(terms, key=lambda one: terms[one]) if terms else None
    said = [f"At the {'lack of memory' if top.asked is not None else 'fullest moment'} {size(top.used)} were in use and"
            f" {size(top.reserved)} reserved."]  # fmt: skip
    if top.asked is not None:
        said.append(f"{size(top.asked)} more were asked for.")
    if first is not None:
        said.append(f"Most of it were the {first}: {size(terms[first])}.")
    if leak is not None:
        held = top.growth[leak]
        said.append(f"What {place(calls[leak])} asked for grew through the whole trace, from {size(held[0])} to"
                    f" {size(held[-1])}, and was not given back.")  # fmt: skip
    asked_by = f"It was asked for by {place(calls[top.who])} ({term(calls[top.who])})."
    evidence = Evidence(name, top.at + 1, asked_by)
    said.append(cause_texts()[cause].says if cause != "unknown" else "")
    return Diagnosis(
        name, cause, top.asked is not None, " ".join(filter(None, said)), phase, evidence=(evidence,),
        advice=cause_texts()[cause].advice if cause != "unknown" else (),
    )  # fmt: skip


def _cause(top: Peak, phase: str | None, leak: int | None) -> CauseName:
    idle = top.reserved - top.used
    if top.asked is not None and idle >= max(top.asked, top.reserved // 10):
        return "fragmentation"
    if leak is not None:
        return "leak"
    if top.asked is None:
        return "unknown"  # nothing was lacking
    return _CAUSES.get(phase or "", "too_big" if top.by_stack else "unknown")


def _leaking(top: Peak, calls: Sequence[tuple[Call, ...]]) -> int | None:
    """The stack whose memory grew through all of the trace, by at least a twentieth of what was in use then.

    Weights and states grow too, once; and within one step activations do. So the trace has to have several steps.
    """
    if top.falls < _LEAST_FALLS:
        return None
    least = max(64 * MIB, top.used // 20)
    found = {}
    for stack, held in top.growth.items():
        rises = sum(later > earlier for earlier, later in pairwise(held))
        grows = rises >= len(held) - 2 and held[-1] - held[0] >= least
        if grows and term(calls[stack]) not in ("weights", "optimizer"):
            found[stack] = held[-1] - held[0]
    return max(found, key=lambda stack: found[stack]) if found else None
