"""The try of each preset: Axolotl accepts it, and nothing is found that the preset itself has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.axolotl.real import judge
from wizard.axolotl import evaluation
from wizard.fit.smoke import STEPS, smoke_changes
from wizard.knowledge.gpus import named_machine
from wizard.review import codes, stops
from wizard.world.models import resolve_or_none
from wizard.world.presets import shipped
from wizard.world.rewrite import rewrite

pytestmark = pytest.mark.timeout(1200)  # the first may have to install Axolotl
PRESETS = {one.name: one for one in shipped()}
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_new_is_found(name: str) -> None:
    plan = PRESETS[name].plan
    machine = named_machine(str(PRESETS[name].gpu))
    model, _ = resolve_or_none(plan.get("base_model"))
    tried = plan.changed(smoke_changes(plan, "./out"))
    assert codes(stops(tried, model, machine)) <= codes(stops(plan, model, machine))
    assert tried.get("max_steps") == STEPS
    assert evaluation.evaluates(tried) == evaluation.evaluates(plan)


@pytest.mark.xdist_group("axolotl")
def test_axolotl_accepts_each(tmp_path: Path) -> None:
    paths = []
    for name, preset in PRESETS.items():
        if named_machine(str(preset.gpu)).count == 1:
            text = (ROOT / "presets" / f"{name}.yml").read_text(encoding="utf-8")
            paths.append(tmp_path / f"{name}.yml")
            made = rewrite(text, smoke_changes(preset.plan, str(tmp_path / "out")), f"{name}.yml")
            paths[-1].write_text(made, encoding="utf-8")
    assert len(paths) > 10
    answers = judge(*paths, bf16="yes", fp8="yes", capability="sm_90", gpus=1)
    assert {path.stem: one["errors"] for path, one in zip(paths, answers, strict=True) if not one["ok"]} == {}
