"""What the command line of `memwizard fit` says, and the plan and model that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from wizard.cli.common import model_of
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.cli.suggest import SearchStart
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.domain.version import Version
    from wizard.fit.search import Wanted
    from wizard.knowledge.models.recommended import Kind

START = "qlora-24gb"
"""The preset whose plan is searched from where no file is given: its other fields stay."""
ALL = ("full", "lora", "qlora")
FOR = ("base", "instruct", "vision", "sound", "code")
"""What a model can be for."""


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
    data: str | None = None
    form: int | None = None
    kind: Kind | None = None
    size: str | None = None
    output: str | None = None
    write: bool = False
    diff: bool = False
    overwrite: bool = False
    budget: float | None = None

    @property
    def open(self) -> bool:
        """Whether neither a config nor a model is named: then models are suggested."""
        return self.file is None and self.model is None and not self.map


def subject(asked: Asked, machine: Machine | None) -> tuple[Plan, Model]:
    """The plan to search from and its model. Raises InputError where the model is not known."""
    from wizard.axolotl.template_choice import for_model
    from wizard.domain.plan import Plan
    from wizard.fit.adapt import adapt
    from wizard.world.configs import read_plan
    from wizard.world.presets import preset

    if asked.file is None and asked.model is None:
        raise InputError("`memwizard fit` needs a FILE or a --model; `memwizard fit --map` shows all models")
    if asked.file is not None:
        plan = read_plan(asked.file, asked.axolotl)
    elif asked.data is not None or asked.kind is not None:
        plan = begin(asked, model_of(Plan({}), asked.model, ".", hub=asked.hub)[0]).plan
    else:
        plan = preset(START).plan.for_axolotl(asked.axolotl)
    known, why = model_of(plan, asked.model, asked.file or ".", hub=asked.hub)
    if known is None:
        raise InputError(f"no estimate: {why}", file=asked.file, line=plan.line("base_model"))
    if asked.model is not None:
        plan = for_model(plan, asked.model)
    theirs = asked.file is not None and asked.model is None
    return (plan if theirs else adapt(plan, known, machine)), known


def sought(asked: Asked, plan: Plan, model: Model, machine: Machine | None) -> Wanted:
    """What is searched for."""
    from wizard.fit.search import usual, wanted
    from wizard.fit.search_space import cheaper_methods

    if asked.file is None:
        length = asked.length or (begin(asked, model).wish.length if asked.data is not None else None)
        return usual(model, asked.methods or ALL, asked.prefer, length)
    methods = asked.methods or cheaper_methods(plan)
    return wanted(plan, machine.count if machine else 1, methods, asked.prefer, asked.length)


def begin(asked: Asked, model: Model | None = None) -> SearchStart:
    """What is looked for where no config is named. `model`: the one that is."""
    from dataclasses import replace

    from wizard.cli.suggest import start

    found = start(asked.axolotl, asked.data, asked.kind, asked.length, asked.methods, form=asked.form,
                  model=model)  # fmt: skip
    return replace(found, wish=replace(found.wish, most=parameters(asked.size)))


def parameters(text: str | None) -> int | None:
    """A number of parameters as people write it: `8B`, `1.5b`, `270M`, `8` (billions). Raises InputError."""
    import re

    if text is None:
        return None
    said = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)\s*([bm]?)", text.strip().lower())
    if said is None:
        raise InputError(f"`--size {text}`: write the most parameters as 8B or 270M")
    return int(float(said[1]) * (1e6 if said[2] == "m" else 1e9))
