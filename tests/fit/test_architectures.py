"""What is proposed for a model is what its architecture was seen to run."""

from __future__ import annotations

import pytest

from scripts.runs.first import kinds
from tests.builders import LORA, machine, plan
from wizard.axolotl import adapters
from wizard.axolotl.architectures import (
    RunsOn,
    attention_failure,
    failing_kernels,
    four_bits_failure,
    packing_failure,
)
from wizard.axolotl.kernels import LORA_KERNELS, lora_kernels
from wizard.axolotl.template_choice import for_model
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.fit.adapt import adapt
from wizard.fit.method import METHODS, method_changes
from wizard.knowledge.axolotl.architectures import ATTENTION, PROJECTIONS, failure, is_tried, kind_of, versions
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.questions import steps
from wizard.questions.question import Choice, Situation
from wizard.review import review
from wizard.world.presets import preset, shipped

FIRST = kinds()


def test_every_architecture_of_the_catalogue_was_tried() -> None:
    assert {Version(0, 19), Version(0, 21)} <= set(versions())
    assert [kind for kind in FIRST if not is_tried(kind)] == [], "run `python -m scripts.architectures`"


def runs(found: Plan, name: str) -> list[str]:
    """What of a plan its architecture can't run."""
    model = built(name)
    place = RunsOn(model, found.axolotl, machine("h100-80gb"))
    stops = {"attention": attention_failure, "packing": packing_failure, "4 bits": four_bits_failure}
    dead = [word for word, of in stops.items() if of(found, place)]
    if not adapters.built_in(found):
        return dead
    now = lora_kernels(found, 1)
    on = dict(zip(LORA_KERNELS, (now.mlp, now.qkv, now.o, now.embedding), strict=True))
    wrong = dead + [kernel for kernel in failing_kernels(model) if on[kernel]]
    if adapters.lora_target_linear(found) and failure(model, "lora_target_linear"):
        wrong.append("lora_target_linear")
    listed = adapters.lora_target_modules(found)
    for feature, names in (("lora_attention", ATTENTION), ("lora_projections", PROJECTIONS)):
        if listed == names and failure(model, feature):  # type: ignore[arg-type]
            wrong.append(feature)
    return wrong


@pytest.mark.parametrize("kind", FIRST)
def test_presets_and_methods_leave_out_what_an_architecture_cannot_run(kind: str) -> None:
    model, name = built(FIRST[kind]), FIRST[kind]
    for one in shipped():
        made = adapt(one.plan.changed({"base_model": name}), model, machine("h100-80gb"))
        assert runs(made, name) == [], one.name
        for method in METHODS:
            then = runs(made.changed(method_changes(method, made, model)), name)
            assert [word for word in then if word != "4 bits"] == [], (one.name, method)  # a rule tells of those


def test_the_rules_tell_what_would_stop_the_run_and_their_fixes_settle_it() -> None:
    unsaid = {key: value for key, value in LORA.items() if not key.endswith("_kernel")}
    for kind, name in FIRST.items():
        written = plan(unsaid, base_model=name)
        wrong = runs(written, name)
        found = review(written, built(name), machine("h100-80gb")).findings
        told = {one.code: one for one in found if one.code in ("MW580", "MW380", "MW334")}
        assert bool(failing_kernels(built(name), newest())) == ("MW580" in told), kind
        assert ("lora_target_linear" in wrong) <= bool(told.keys() & {"MW380", "MW334"}), kind
        for one in told.values():
            if one.fix is not None:
                written = written.changed(one.fix.changes)
        left = {one.code for one in review(written, built(name), machine("h100-80gb")).findings}
        assert "MW580" not in left, kind


def test_a_model_that_sees_is_looked_up_as_the_whole_model() -> None:
    """Axolotl goes by the outer model_type: what was tried for glm4v is not found under glm4v_text."""
    unknown = {kind: kind_of(built(name)) for kind, name in FIRST.items() if kind_of(built(name)) != kind}
    assert unknown == {}
    assert failing_kernels(built(FIRST["glm4v"])) != ()


@pytest.mark.parametrize("kind", FIRST)
def test_the_wizard_offers_no_attention_and_no_packing_that_would_stop_the_run(kind: str) -> None:
    model, where = built(FIRST[kind]), machine("h100-80gb")
    start = adapt(preset("full-24gb").plan.changed({"base_model": FIRST[kind]}), model, where)
    for asked in ("attention", "packing"):
        question = next(one for _, one in steps.questions() if one.id == asked)
        assert isinstance(question, Choice)
        for option in question.options(Situation(start, model, where)):
            assert runs(start.changed(option.changes), FIRST[kind]) == [], option.label


def test_an_attention_that_fails_is_told_and_another_is_written() -> None:
    name = FIRST["gemma4"]
    written = plan({}, base_model=name, attn_implementation="flash_attention_2", sample_packing=True)
    told = {one.code: one for one in review(written, built(name), machine("h100-80gb")).findings}
    assert "MW495" in told
    made = adapt(written, built(name), machine("h100-80gb"))
    assert "attn_implementation" not in made
    assert made.get("sample_packing") is False


def test_gpt_oss_keeps_flash_attention_on_hopper_alone() -> None:
    name = FIRST["gpt_oss"]
    asked = preset("full-80gb").plan.changed({"base_model": name})
    assert adapt(asked, built(name), machine("h100-80gb")).get("attn_implementation") == "flash_attention_2"
    assert adapt(asked, built(name), machine("a100-80gb")).get("attn_implementation") == "eager"


@pytest.mark.parametrize("name", [name for name in catalogue() if built(name).multimodal])
@pytest.mark.parametrize("preset_name", ["vision-lora-24gb", "vision-lora-48gb"])
def test_a_preset_for_images_ends_at_no_model_that_sees(name: str, preset_name: str) -> None:
    """What of memory is short is told by MW901, and no setting of the plan."""
    where = machine("h100-80gb")
    made = adapt(for_model(preset(preset_name).plan, name), built(name), where)
    stops = [one.message for one in review(made, built(name), where).findings if one.severity == "error"
             and one.code != "MW901"]  # fmt: skip
    assert not stops
