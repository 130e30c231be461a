"""What Axolotl resolves alike, memwizard reads alike: as recorded for every spelling, and asked anew for some."""

from __future__ import annotations

import random

import pytest

from tests.builders import LORA, machine, model, plan
from tests.conformance.compare import agreement
from tests.spelling.compare import differences
from tests.spelling.families import FAMILIES
from tests.spelling.judged import AXOLOTL, cases, judged, recorded
from wizard.axolotl.effective import effective
from wizard.memory import estimate
from wizard.review import review

LIGER_PATHS = (
    "axolotl.integrations.liger.LigerPlugin",
    "axolotl.integrations.liger.plugin.LigerPlugin",
    "liger.LigerPlugin",
    "liger.plugin.LigerPlugin",
)
UNSAID = {key: value for key, value in LORA.items() if not key.endswith("_kernel")}
EXPERTS = "axolotl.integrations.expert_parallel.ExpertParallelPlugin"


@pytest.mark.timeout(600)
def test_every_recorded_spelling() -> None:
    groups = recorded()
    assert sum(map(len, groups)) > 5000
    assert {case.origin.partition(":")[0] for group in groups for case, _ in group} == set(FAMILIES)
    assert differences(groups) == []


def test_the_record_is_of_these_spellings() -> None:
    asked = [[(case.origin, case.config) for case in group] for group in cases()]
    kept = [[(case.origin, case.config) for case, _ in group] for group in recorded()]
    assert asked == kept, "run `python -m tests.spelling`, which asks Axolotl about every spelling again"


def test_the_record_and_the_rules_agree() -> None:
    found = agreement((pair for group in recorded() for pair in group), AXOLOTL)
    text = found.report()
    assert found.refusals_found == found.refusals, text
    assert found.warnings_found >= 0.995 * found.warnings, text
    assert (found.errors_invented, found.warnings_invented) == (0, 0), text
    assert found.unknown_found == found.unknown, text


@pytest.mark.timeout(1500)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_axolotl_still_resolves_them_so() -> None:
    dice, every = random.Random(0), recorded()
    picked = [[group[0], *dice.sample(group[1:], 8)] for group in every]
    answers = judged([[case for case, _ in group] for group in picked])
    for kept, asked in zip(picked, answers, strict=True):
        assert [row["settings"] == kept[0][1]["settings"] for _, row in kept] == [
            row["settings"] == asked[0][1]["settings"] for _, row in asked
        ]


def test_lora_kernels_stay_off_where_the_version_stands_inside() -> None:
    """Axolotl's check of its kernels runs before it reads a version inside `fsdp_config`."""
    needs = {}
    for name, block in (
        ("fsdp_version", {"fsdp_config": {"fsdp_version": 2}}),
        ("version", {"fsdp_config": {"version": 2}}),
        ("top", {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}),
    ):
        written = plan(UNSAID, micro_batch_size=4, gradient_checkpointing=False, **block).for_axolotl(AXOLOTL)
        found = review(written, model(), machine("2xa100-80gb"))
        assert found.estimate is not None
        assert found.effective.sharding.kind == "fsdp2"
        needs[name] = found.estimate.device.likely
        kernels = found.effective.lora is not None and found.effective.lora.mlp_kernel
        assert kernels is (name == "top")
        codes = {one.code for one in found.findings}
        assert ("MW629" in codes) is not kernels
        assert not {"MW579", "MW629"} <= codes, "one review says both that they are on and that they are off"
    assert needs["fsdp_version"] == needs["version"] > needs["top"]


@pytest.mark.parametrize("off", ["false", "False", "no", "off", "0", "n", False, 0])
def test_checkpointing_is_off_in_every_spelling(off: object) -> None:
    found = effective(plan(LORA, gradient_checkpointing=off), model(), None)
    assert found.checkpointing == "none"
    assert estimate(plan(LORA, gradient_checkpointing=off), model()) == estimate(
        plan(LORA, gradient_checkpointing=False), model()
    )


def test_a_plugin_is_the_same_by_every_path() -> None:
    found = {
        effective(plan(LORA, plugins=[path], liger_fused_linear_cross_entropy=True), model(), None).loss
        for path in LIGER_PATHS
    }
    assert found == {"liger"}
    sizes = {
        effective(
            plan(LORA, plugins=[path], expert_parallel_size=2), model("Qwen/Qwen3-30B-A3B"), machine("2xa100-80gb")
        ).sharding.mesh.expert
        for path in (EXPERTS, EXPERTS.removeprefix("axolotl.integrations."))
    }
    assert sizes == {2}


def test_a_path_that_leads_nowhere_loads_nothing() -> None:
    for path in ("LigerPlugin", "axolotl.integrations.liger.plugins.LigerPlugin", "mine.LigerPlugin"):
        settings = effective(plan(LORA, plugins=[path], liger_fused_linear_cross_entropy=True), model(), None)
        assert settings.loss == "plain", path
