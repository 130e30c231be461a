"""What `memwizard fit` proposes, on one GPU and on several: Axolotl takes every best config and every rung."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.axolotl.real import judge
from tests.picked import picked
from wizard.domain.plan import Plan
from wizard.fit.adapt import adapt
from wizard.fit.answer import answer
from wizard.fit.search import PREFERENCES, usual, wanted
from wizard.fit.search_space import cheaper_methods
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.output.yaml import document
from wizard.review import acceptance, review
from wizard.world.presets import preset

pytestmark = [pytest.mark.timeout(1200), pytest.mark.xdist_group("axolotl")]  # the first may have to install Axolotl
MACHINES = ("t4", "rtx-4090", "h100-80gb", "2xrtx-4090", "8xh100-80gb")
MODELS = ("Qwen/Qwen3-0.6B", "meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B", "meta-llama/Llama-3.1-70B")


def proposals(gpu: str) -> dict[str, Plan]:
    """Each best, and each rung from a preset's plan."""
    machine, found = named_machine(gpu), dict[str, Plan]()
    for name in MODELS:
        model = built(name)
        for start in ("qlora-24gb", "lora-80gb", "full-80gb"):
            plan = adapt(preset(start).plan.changed({"base_model": name}), model, machine)
            wants = [wanted(plan, machine.count, cheaper_methods(plan), prefer) for prefer in PREFERENCES]
            if start == "qlora-24gb":  # what is usual asks little of the plan that it starts from
                wants += [usual(model, ("full", "lora", "qlora"), prefer) for prefer in PREFERENCES]
            for number, want in enumerate(wants):
                told = answer(plan, model, machine, want, acceptance)
                for one in (told.found, told.short):
                    if one is not None:
                        found[f"{name}-{start}-{number}-{one.choice.length}".replace("/", "-")] = one.plan
            for rung in (*told.saves, *told.gains):
                found[f"{name}-{start}-{rung.says}".replace("/", "-")[:120]] = plan.changed(rung.changes)
    return found


@pytest.mark.parametrize("gpu", picked(MACHINES, 3, 1))
def test_axolotl_takes_every_proposal(gpu: str, tmp_path: Path) -> None:
    machine = named_machine(gpu)
    paths = []
    for name, plan in proposals(gpu).items():
        path = tmp_path / f"{name}.yml"
        path.write_text(document(review(plan, built(str(plan.get("base_model"))), machine)), encoding="utf-8")
        paths.append(path)
    assert len(paths) > 60
    major, minor = machine.compute_capability or (8, 0)
    answers = judge(
        *paths,
        bf16="yes" if machine.bf16 else "no",
        fp8="yes" if machine.fp8 else "no",
        gpus=machine.count,
        capability=f"sm_{major}{minor}",
    )
    refused = {Path(one["path"]).name: one["errors"] for one in answers if not one["ok"]}
    assert not refused
    assert not {Path(one["path"]).name: one["unknown"] for one in answers if one["unknown"]}
