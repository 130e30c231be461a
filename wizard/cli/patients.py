"""Finds the config of a run that died, and puts together all that is known of it on the machine it died on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.cli.common import chosen_machine, model_of
from wizard.doctor.patient import Patient
from wizard.domain.errors import InputError
from wizard.domain.machine import Gpu, Machine

if TYPE_CHECKING:
    from wizard.doctor.diagnosis import Diagnosis
    from wizard.doctor.heard import Heard
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version
    from wizard.review import Review


def config_named(heard: Sequence[Heard], logs: Sequence[str]) -> str | None:
    """The config that a log names, where it is a file here or beside the log."""
    for one, log in zip(heard, logs, strict=True):
        if one.config is None:
            continue
        places = [Path(one.config)] if log == "-" else [Path(one.config), Path(log).parent / one.config]
        for place in places:
            if place.suffix in (".yml", ".yaml") and _is_file(place):
                return str(place)
    return None


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):
        return False


def machine_of(told: Sequence[Diagnosis], heard: Sequence[Heard], gpu: str | None) -> Machine | None:
    """The machine that is named, else one with the GPU that a log tells of: all of it that others did not hold."""
    if gpu is not None:
        return chosen_machine(gpu)
    first = next((one for one in told if one.capacity is not None), None)
    if first is None or first.death is None or first.death.shortage is None or first.capacity is None:
        return None
    count = max(1, *(max(one.ranks, _world(one)) for one in heard), len(heard) if len(heard) > 1 else 1)
    figures = first.death.shortage
    free = figures.allowed or first.capacity - figures.of_others
    name = _card(first.capacity)
    gpus = tuple(
        Gpu(index, "the GPU of the log", total_bytes=first.capacity, free_bytes=free, compute_capability=name)
        for index in range(min(count, 1024))
    )
    return Machine(gpus, "named", None)


def _card(capacity: int) -> tuple[int, int] | None:
    """The least compute capability of the cards that CUDA gives so many bytes of; None where there is none."""
    from wizard.knowledge.gpus import gpus

    near = [row.compute_capability for row in gpus().values() if abs(row.cuda_bytes - capacity) <= capacity // 100]
    known = [one for one in near if one is not None]
    return min(known) if known and len(known) == len(near) else None


def _world(one: Heard) -> int:
    text = one.settings.get("world_size", "1")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def patient_of(plan: Plan, name: str, machine: Machine | None) -> Patient:
    """The plan with its review; the model is looked for where the config is."""
    from wizard.review import review

    known, _ = model_of(plan, None, name)
    return patient_from(review(plan, known, machine), name)


def patient_from(found: Review, name: str = "the config") -> Patient:
    """The same of a review."""
    from wizard.memory import estimate
    from wizard.review import acceptance

    plan, known, machine = found.plan, found.model, found.machine
    return Patient(
        name=name,
        plan=plan,
        model=known,
        settings=found.effective,
        estimate=found.estimate,
        changes=found.changes(),
        findings=found.findings,
        free=machine.free_bytes if machine is not None else None,
        estimated=lambda other: estimate(other, known, machine) if known is not None else None,
        runs=acceptance(plan, known, machine),
    )


def plan_named(config: str, axolotl: Version, *, found: bool) -> Plan | None:
    """The plan of a config. Raises InputError where a person named it; of one that a log named, None."""
    from wizard.world.configs import written
    from wizard.world.yamlfile import parse, read_text

    try:
        name = "<stdin>" if config == "-" else config
        return written(parse(read_text(config), name), name, axolotl)
    except InputError:
        if found:
            return None
        raise
