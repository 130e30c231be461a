"""A plan of the ledger, and where plans come from."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.accuracy.reported import FILE, GATHERED, READMES, reports
from benchmarks.accuracy.rows import default_files, read_all
from scripts.ledgers.drawn import draws
from wizard.axolotl.effective import Effective, effective
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.world.presets import shipped


@dataclass(frozen=True, slots=True)
class Case:
    """One plan with its model and what Axolotl makes of it on its machine."""

    id: str
    plan: Plan
    model: Model
    settings: Effective
    gpus: str | None = None


def chapters() -> dict[str, list[Case]]:
    """All cases, by the file that their figures are kept in."""
    found: dict[str, list[Case]] = {}
    for file in default_files():
        if file.stem == "few":  # of its figures the accuracy page shows enough
            continue
        rows, _ = read_all([file])
        found[file.stem] = [Case(row.id, row.plan, row.model, row.settings) for row in rows]
    for file in (FILE, READMES, GATHERED):
        found[file.stem] = [_of(report.id, Plan(report.config), report.gpu) for report in reports(file)]
    found["presets"] = [_of(preset.name, preset.plan, preset.gpu) for preset in shipped()]
    for draw in draws():
        found.setdefault(draw.id.partition("/")[0], []).append(_of(draw.id, draw.plan, draw.gpus))
    return found


def _of(identity: str, plan: Plan, gpus: str | None) -> Case:
    row = find(str(plan.get("base_model")))
    assert row is not None, identity
    model, machine = built(row.id), named_machine(gpus) if gpus else None
    return Case(identity, plan, model, effective(plan, model, machine), gpus)
