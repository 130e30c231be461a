"""Host memory: what a node needs at its worst, and what is said where it is not there."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LLAMA_8B, QLORA
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.fit.search import host_room
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.knowledge.process import PROCESS
from wizard.memory.host import host_need
from wizard.review import Review, review

OLMOE = "allenai/OLMoE-1B-7B-0924"
HOST_CODES = {"MW945", "MW946", "MW947"}


def of(machine: str, base: dict[str, object], **more: object) -> Review:
    return review(Plan({**base, **more}), built(LLAMA_8B), named_machine(machine))


def codes(found: Review) -> set[str]:
    return {one.code for one in found.findings} & HOST_CODES


def test_loading_and_training_do_not_add_up() -> None:
    need = host_need({"loading": 60 * GIB, "offloaded": 40 * GIB, "activations": 10 * GIB, "merge": 900 * GIB}, 2)
    assert need.low == 50 * GIB + 2 * PROCESS.low
    assert host_need({"offloaded": 60 * GIB}, 1, pinned=True).low == 40 * GIB + PROCESS.low
    assert need.likely == 60 * GIB + 2 * PROCESS.likely
    assert need.high == 60 * GIB + 2 * PROCESS.high
    assert host_need({"activations": 10 * GIB, "paged": GIB}, 1).high == 21 * GIB + PROCESS.high


def test_a_run_without_offloading_needs_its_processes() -> None:
    found = of("rtx-4090+32GiB", QLORA)
    assert found.estimate is not None
    assert found.estimate.host_need.low == PROCESS.low
    assert (found.host_fit, codes(found)) == ("fits", set())


@pytest.mark.parametrize(
    ("machine", "fit", "said"),
    [
        ("4xrtx-4090", "unknown", set()),
        ("4xrtx-4090+64GiB", "over", {"MW945"}),
        ("4xrtx-4090+180GiB", "tight", {"MW946"}),
        ("4xrtx-4090+512GiB", "fits", set()),
    ],
)
def test_what_is_offloaded_must_be_there(machine: str, fit: str, said: set[str]) -> None:
    found = of(machine, FULL, deepspeed="deepspeed_configs/zero3_bf16_cpuoffload_all.json")
    assert (found.host_fit, codes(found)) == (fit, said)


def test_what_loads_in_doubt_is_a_warning() -> None:
    found = of("8xa100-80gb+64GiB", FULL, deepspeed="deepspeed_configs/zero1.json")
    assert codes(found) == {"MW946"}
    (told,) = (one for one in found.findings if one.code == "MW946")
    assert "likely" in told.message
    assert "the model is read" in told.message


def test_the_search_keeps_below_what_is_there() -> None:
    assert host_room(named_machine("4xrtx-4090+64GiB")) == 64 * GIB
    assert host_room(named_machine("4xrtx-4090")) > 300 * GIB


def test_a_machine_without_a_gpu_is_not_where_the_file_trains() -> None:
    zero3 = {**FULL, "deepspeed": "deepspeed_configs/zero3_bf16_cpuoffload_all.json"}
    here = Machine((), "probed", host_total_bytes=16 * GIB, host_free_bytes=12 * GIB)
    assert codes(review(Plan(zero3), built(LLAMA_8B), here)) == set()
    assert codes(of("4xrtx-4090+16GiB", zero3)) == {"MW945"}


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [({"quantize_moe_experts": True}, {"linear", "experts"}), ({"load_in_4bit": False, "adapter": "lora"}, set())],
)
def test_a_merge_by_file_rounds_what_training_had_in_4_bits(changes: dict[str, object], kinds: set[str]) -> None:
    """The adapter is on the queries alone; what was quantized is written anew all the same, in 16 bits."""
    config = catalogue()[OLMOE].config
    small = build({**config, "num_hidden_layers": 2}, "two layers")
    asked = {**QLORA, "lora_target_linear": False, "lora_target_modules": ["q_proj"], **changes}
    judged = review(Plan(asked), small, None)
    assert judged.estimate is not None
    anew = [one for one in small.tensors if one.kind in kinds or one.path.endswith("q_proj")]
    assert judged.estimate.host["merge"] == sum(2 * one.total for one in anew)
