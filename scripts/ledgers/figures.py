"""Every figure of one estimate by name, in whole bytes; those that are 0 are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from scripts.ledgers.case import Case
from wizard.domain.estimate import Range
from wizard.memory import estimate_of
from wizard.memory.activations import activations
from wizard.memory.disk import disk
from wizard.memory.logits import loss_moments
from wizard.memory.scored import scored
from wizard.memory.static import static
from wizard.memory.tensor_parallel import local
from wizard.memory.terms import terms
from wizard.memory.timeline import moments
from wizard.memory.tower import images


def figures(case: Case) -> dict[str, int]:
    """The figures that are shown, the moments and parts they are made of, the terms that explain them, the disk, and
    how many warnings and assumptions are said.
    """
    found: dict[str, int] = {}
    for name, size in _figures(case):
        found[name] = found.get(name, 0) + round(size)
    return {name: size for name, size in found.items() if size}


def _figures(case: Case) -> Iterator[tuple[str, float]]:
    made = estimate_of(case.settings, case.model)
    yield from _range("allocated", made.allocated)
    yield from _range("device", made.device)
    yield "nvidia-smi", made.nvidia_smi_bytes
    yield "trainable", made.trainable
    yield "warnings", len(made.warnings)
    yield "assumptions", len(made.assumptions)
    for phase, size in made.phases.items():
        yield f"phase {phase}", size
    for component, size in made.components.items():
        yield f"part {component}", size
    for use, size in made.host.items():
        yield f"host {use}", size
    yield from _range("host need", made.host_need)
    for cause in made.causes:
        yield f"{cause.name}: less", cause.less
        yield f"{cause.name}: more", cause.more
    for term in terms(case.model, case.settings, made):
        if round(term.size) != made.components[term.component]:
            yield f"term {term.component}, {term.name}", term.size
    yield from _inside(case)
    yield from _disk(case)


def _inside(case: Case) -> Iterator[tuple[str, float]]:
    model, settings = local(scored(case.model, case.settings), case.settings.sharding), case.settings
    known = static(model, settings)
    for one in fields(known.parts):
        yield f"held {one.name}", getattr(known.parts, one.name)
    made = activations(settings, known, images(model, settings))
    for name, value in made._asdict().items():
        if name not in ("images", "steps"):
            yield f"made {name}", value
    for place, step in enumerate(made.steps[1:], start=2):
        for name, value in step._asdict().items():
            yield f"kind {place} {name}", value
    for name, value in made.images._asdict().items():
        yield f"image {name}", value
    for name, value in loss_moments(model, settings)._asdict().items():
        yield f"loss {name}", value
    seen: Counter[str] = Counter()
    for phase, moment in moments(model, settings, known, made):
        seen[phase] += 1
        if phase in ("forward", "backward"):  # of the others there is one, which the phase tells
            yield f"{phase} {seen[phase]}", moment.total


def _disk(case: Case) -> Iterator[tuple[str, float]]:
    left = disk(case.plan, case.settings, case.model)
    yield from _range("disk most", left.most)
    yield "disk checkpoint", left.checkpoint.likely
    yield "disk final", left.final.likely
    yield "disk merged", left.merged.likely if left.merged is not None else 0


def _range(name: str, size: Range) -> Iterator[tuple[str, float]]:
    yield f"{name} low", size.low
    yield f"{name} likely", size.likely
    yield f"{name} high", size.high
