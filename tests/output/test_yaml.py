"""The written file says the same as the plan, in the order people read, with reasons."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import QLORA, machine, model, plan, reviewed
from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.versions import newest
from wizard.output.yaml import document, faithful
from wizard.review import review
from wizard.world.presets import shipped


def test_text_reads_back_as_the_plan() -> None:
    judged = reviewed(QLORA, "rtx-4090", datasets=[{"path": "a b.jsonl", "type": "alpaca"}], learning_rate=1e-5)
    assert yaml.safe_load(document(judged)) == dict(judged.plan.values)


def test_sections_stand_in_reading_order_and_other_keys_at_the_end() -> None:
    text = document(
        reviewed(QLORA, "rtx-4090", wandb_project="mine", my_key=1, datasets=[{"path": "x", "type": "alpaca"}])
    )
    heads = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    order = ["Model", "Data", "Method", "Length and batch", "Precision and attention", "Optimizer", "Memory"]
    places = [heads.index(head) for head in order]
    assert places == sorted(places)
    assert text.index("# Evaluation, saving, logs") < text.index("wandb_project") < text.index("# Everything else")
    assert text.index("my_key") > text.index("# Everything else")


def test_decided_lines_say_why() -> None:
    text = document(reviewed(QLORA, "t4", bf16=False, fp16=True))
    lines = {line.split(":")[0]: line for line in text.splitlines() if ": " in line}
    assert "no bf16" in lines["bf16"]
    assert "memory follows this" in lines["micro_batch_size"]
    assert "MW103" in lines["pad_to_sequence_len"]


def test_the_head_tells_version_need_and_phase() -> None:
    head = document(reviewed(QLORA, "rtx-4090")).splitlines()[:2]
    assert f"for Axolotl {newest()}" in head[0]
    assert "on RTX 4090" in head[1]
    assert "GiB" in head[1]


@pytest.mark.parametrize("preset", shipped(), ids=lambda preset: preset.name)
def test_presets_write_out_what_memory_depends_on(preset: object) -> None:
    from wizard.domain.preset import Preset

    assert isinstance(preset, Preset)
    needed = {
        "base_model", "sequence_len", "sample_packing", "pad_to_sequence_len", "micro_batch_size",
        "gradient_accumulation_steps", "eval_batch_size", "bf16", "attn_implementation", "optimizer", "val_set_size",
    }  # fmt: skip
    if "fsdp_config" not in preset.plan:
        needed |= {"gradient_checkpointing", "gradient_checkpointing_kwargs"}
    if preset.plan.get("adapter"):
        needed |= {"lora_r", "lora_dropout", "lora_mlp_kernel", "lora_qkv_kernel"}
        assert {"lora_target_linear", "lora_target_modules"} & set(preset.plan)
    assert needed <= set(preset.plan)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=12), VALUES, max_size=8))
def test_any_plan_survives_being_written(values: dict[str, object]) -> None:
    """Every value that YAML can hold comes back as it was."""
    assert yaml.safe_load(document(review(Plan(values), model(), machine("rtx-4090")))) == (values or None)


def test_no_environment_and_no_path_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    text = document(review(plan(QLORA), model(), machine("rtx-4090")))
    assert "hf_secret" not in text
    assert "/home" not in text


@pytest.mark.parametrize("text", ["a: [", "a: \x00", "a: " + "[" * 3000])
def test_a_text_that_is_no_yaml_is_not_written(text: str) -> None:
    with pytest.raises(InputError, match="nothing is written"):
        faithful(text, Plan({"a": 1}))


@pytest.mark.parametrize(("file", "own"), [("zero3_bf16_cpuoffload_all.json", True), ("zero3_bf16.json", False)])
def test_a_line_tells_of_an_optimizer_that_deepspeed_puts_in_its_place(file: str, own: bool) -> None:
    text = document(
        reviewed({**QLORA, "optimizer": "adamw_bnb_8bit"}, "rtx-4090", deepspeed=f"deepspeed_configs/{file}")
    )
    line = next(one for one in text.splitlines() if one.startswith("optimizer:"))
    assert ("DeepSpeed's own Adam takes its place" in line) is own
    assert ("8 bits" in line) is not own
