"""What the command line of `memwizard fit` says, and the plan and model that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wizard.cli.common import model_of
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version

START = "qlora-24gb"
"""The preset whose plan is searched from where no file is given: its other fields stay."""
ALL = ("full", "lora", "qlora")


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    file: str | None
    model: str | None
    hub: bool
    gpu: str | None
    demo: str | None
    axolotl: Version
    prefer: Literal["quality", "speed", "length"]
    length: int | None
    methods: tuple[str, ...]
    map: bool
    against: Literal["lengths", "gpus"]
    only: str
    as_csv: bool
    as_json: bool


def subject(asked: Asked, machine: Machine | None) -> tuple[Plan, Model]:
    """The plan to search from and its model. Raises InputError where the model is not known."""
    from wizard.fit.adapt import adapt
    from wizard.world.configs import read_plan
    from wizard.world.presets import preset

    if asked.file is None and asked.model is None:
        raise InputError("`memwizard fit` needs a FILE or a --model; `memwizard fit --map` shows all models")
    plan = (
        read_plan(asked.file, asked.axolotl)
        if asked.file is not None
        else preset(START).plan.for_axolotl(asked.axolotl)
    )
    known, why = model_of(plan, asked.model, asked.file or ".", hub=asked.hub)
    if known is None:
        raise InputError(f"no estimate: {why}", file=asked.file, line=plan.line("base_model"))
    if asked.model is not None:
        plan = plan.changed({"base_model": asked.model})
    theirs = asked.file is not None and asked.model is None
    return (plan if theirs else adapt(plan, known, machine)), known
