"""Images by the form of the model, a base that is packed already, and what an architecture can't run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.runs.first import kinds
from tests.builders import LORA, machine, model
from wizard.axolotl.architectures import (
    RunsOn,
    adapter_changes,
    exact_changes,
    runnable_changes,
    target_changes,
    working_targets,
)
from wizard.axolotl.images import Image, image, image_size, least_row, seen
from wizard.axolotl.quantization import quantization, stored
from wizard.domain.plan import REMOVE, Plan

QWEN, GEMMA, MISTRAL = "Qwen/Qwen2-VL-2B-Instruct", "google/gemma-3-4b-pt", "mistralai/Mistral-Small-3.1-24B-Base-2503"
LLAMA = "meta-llama/Llama-3.2-11B-Vision-Instruct"
Written = dict[str, object]
READ: Written = {"processor_type": "AutoProcessor"}


@pytest.mark.parametrize(
    ("name", "written", "expected", "said"),
    [
        (QWEN, READ, Image(1024, 1024, True, ""), "one image of 1024x1024 a row: 1369 tokens; up to "),
        (QWEN, {**READ, "image_size": [448, 224]}, Image(448, 224, False, ""), "made 448x224 by image_size"),
        (MISTRAL, {**READ, "image_size": 448}, Image(448, 448, False, ""), "made 448x448 by image_size"),
        (GEMMA, READ, Image(1024, 1024, False, "all"), "256 tokens whatever its size"),
        (GEMMA, {**READ, "image_size": 512}, Image(512, 512, False, "all"), "256 tokens whatever its size"),
        (LLAMA, READ, Image(1024, 1024, False, ""), "6432 patches beside the text whatever its size"),
    ],
)
def test_the_image_that_is_counted_with(name: str, written: Written, expected: Image, said: str) -> None:
    assumed: list[str] = []
    assert image(Plan(written), model(name), assumed) == expected
    assert len(assumed) == 1
    assert said in assumed[0]


def test_without_images_none_is_counted() -> None:
    assumed: list[str] = []
    assert image(Plan({}), model(QWEN), assumed) is None
    assert image(Plan(READ), model(), assumed) is None
    assert image(Plan(READ), None, assumed) is None
    assert assumed == []
    assert least_row(model(QWEN), None) == least_row(None, Image(1, 1, True, "")) == 0
    assert least_row(model(QWEN), Image(1024, 1024, True, "")) == 1369


@pytest.mark.parametrize(
    ("written", "size"),
    [
        (512, (512, 512)), ([640, 480], (640, 480)), ((640, 480), (640, 480)), (1, (1, 1)), (99_999, (99_999, 99_999)),
        (100_000, None), (0, None), (-4, None), ([640], None), ([640, 480, 3], None), ([640, "x"], None), ("512", None),
        (None, None),
    ],
)  # fmt: skip
def test_which_sizes_are_read(written: object, size: tuple[int, int] | None) -> None:
    assert image_size(Plan({"image_size": written})) == size


OSS, FP8 = "openai/gpt-oss-20b", "mistralai/Devstral-Small-2-24B-Instruct-2512"
UNDONE: Written = {"model_quantization_config_kwargs": {"dequantize": True}}


@pytest.mark.parametrize(
    ("name", "written", "method"),
    [
        (OSS, {"base_model": OSS}, "mxfp4"),
        (OSS, {"base_model": OSS, **UNDONE}, None),
        (OSS, {"base_model": "unsloth/gpt-oss-20b-BF16"}, None),
        (OSS, {"base_model": "me/gpt-oss-20b-dequantized"}, None),
        (FP8, {"base_model": FP8}, "fp8"),
        ("Qwen/Qwen3-0.6B", {"base_model": "Qwen/Qwen3-0.6B"}, None),
    ],
)
def test_whether_its_own_quantization_stays(name: str, written: Written, method: str | None) -> None:
    kept = stored(Plan(written), model(name))
    assert (kept.method if kept else None) == method
    on = Plan({**written, "adapter": "qlora", "load_in_4bit": True})
    assert quantization(on, model(name)) == ("none" if method else "nf4")
    assert stored(on, None) is None


def test_what_the_files_hold_tells_what_the_name_does_not() -> None:
    whole = model(OSS)
    assert whole.packed is not None
    experts = sum(one.total for one in whole.tensors if one.kind == "experts")
    held = int(2 * (whole.parameters - experts) + experts / 2)
    silent = replace(whole, packed=replace(whole.packed, size=None), stored_bytes=held)
    kept = stored(Plan({"base_model": OSS}), silent)
    assert kept is not None
    assert kept.size == pytest.approx(0.5)
    few = stored(Plan({"base_model": OSS}), replace(silent, stored_bytes=1))
    assert few is not None
    assert few.size == 0


@pytest.mark.parametrize(
    ("method", "kinds"),
    [("gptq", ("linear",)), ("awq", ("linear",)), ("compressed-tensors", ()), ("mxfp4", ("linear", "experts"))],
)
def test_which_parts_stay_packed(method: str, kinds: tuple[str, ...]) -> None:
    whole = model(OSS)
    assert whole.packed is not None
    packed = replace(whole, packed=replace(whole.packed, method=method, kinds=("linear", "experts")))
    kept = stored(Plan({}), packed)
    assert kept is not None
    assert kept.kinds == kinds


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"adapter": "lora", "load_in_8bit": True}, "int8"),
        ({"adapter": "lora", "load_in_4bit": True}, "none"),
        ({"adapter": "qlora", "load_in_4bit": True}, "nf4"),
        ({"adapter": "qlora", "load_in_8bit": True}, "none"),
        ({"adapter": "qlora"}, "none"),
        ({"load_in_4bit": True}, "none"),
    ],
)
def test_how_the_base_is_rounded(more: Written, expected: str) -> None:
    assert quantization(Plan(more), model()) == expected
    assert quantization(Plan(more), None) == expected


def test_a_full_fine_tune_has_no_targets_and_no_kernels_to_change() -> None:
    name = kinds()["glm4v"]
    on = Plan({**LORA, "base_model": name, "lora_mlp_kernel": True, "lora_qkv_kernel": True})
    assert adapter_changes(on.changed({"adapter": REMOVE}), model(name)) == {}
    changes = adapter_changes(on, model(name))
    assert changes
    assert changes.items() <= runnable_changes(on, RunsOn(model(name), machine=machine("h100-80gb"))).items()
    assert adapter_changes(Plan({**LORA, "base_model": "Qwen/Qwen3-0.6B"}), model("Qwen/Qwen3-0.6B")) == {}


def test_four_bits_that_work_stay() -> None:
    assert exact_changes(Plan({"adapter": "qlora", "load_in_4bit": True}), RunsOn(model("Qwen/Qwen3-0.6B"))) == {}
    assert exact_changes(Plan({"adapter": "lora"}), RunsOn(model(OSS))) == {}
    assert working_targets(model("Qwen/Qwen3-0.6B")) == [
        *("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    ]
    assert target_changes(Plan({"adapter": "lora", "lora_target_modules": ["mine"]}), model(OSS)) == {}


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        (QWEN, READ, True),
        (QWEN, {"processor_type": ""}, False),
        (QWEN, {}, False),
        (QWEN, READ | {"rl": "dpo"}, False),
        ("Qwen/Qwen3-0.6B", READ, False),
    ],
)
def test_a_model_that_sees_trains_on_images_where_a_processor_reads_the_rows(
    name: str, written: Written, expected: bool
) -> None:
    assert seen(Plan(written), model(name)) is expected
