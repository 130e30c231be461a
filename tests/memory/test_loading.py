"""What lies on each GPU while a model is loaded that is divided afterwards."""

from __future__ import annotations

import pytest

from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.domain.version import Version
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate
from wizard.memory.weights import weight_bytes
from wizard.world import models

BASE = {
    "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True, "sequence_len": 512, "micro_batch_size": 1,
    "gradient_checkpointing": True, "attn_implementation": "flash_attention_2",
}  # fmt: skip
FOUR = {**BASE, "adapter": "qlora", "load_in_4bit": True}
EIGHT = {**BASE, "adapter": "lora", "load_in_8bit": True}
SIXTEEN = {**BASE, "adapter": "lora"}
FSDP2 = {"fsdp_version": 2, "fsdp_config": {"reshard_after_forward": True}}
FSDP1 = {"fsdp_version": 1, "fsdp_config": {"reshard_after_forward": True}}
ZERO3 = {"deepspeed": "deepspeed_configs/zero3_bf16.json"}


@pytest.fixture(scope="module")
def llama() -> Model:
    return models.resolve("meta-llama/Llama-3.1-70B")


def _estimate(model: Model, config: dict[str, object], gpu: str = "8xa100-80gb", version: str = "0.19") -> Estimate:
    major, minor = version.split(".")
    return estimate(Plan(config, axolotl=Version(int(major), int(minor))), model, named_machine(gpu))


def _whole(model: Model, config: dict[str, object], version: str = "0.19") -> float:
    major, minor = version.split(".")
    return weight_bytes(model, effective(Plan(config, axolotl=Version(int(major), int(minor))), model, None))


def _efficient(config: dict[str, object]) -> dict[str, object]:
    block = config["fsdp_config"]
    assert isinstance(block, dict)
    return {**config, "fsdp_config": {**block, "cpu_ram_efficient_loading": True}}


@pytest.mark.parametrize("method", [FOUR, EIGHT, SIXTEEN], ids=["4bit", "8bit", "16bit"])
@pytest.mark.parametrize("gpus", [2, 8])
def test_fsdp2_keeps_the_whole_model_beside_its_parts(llama: Model, method: dict[str, object], gpus: int) -> None:
    config = {**method, **FSDP2}
    whole = _whole(llama, config)
    load = _estimate(llama, config, f"{gpus}xa100-80gb").phases["load"]
    assert whole * (1 + 1 / gpus) <= load <= whole * (1 + 1 / gpus) + 6 * GIB


@pytest.mark.parametrize("method", [FOUR, EIGHT, SIXTEEN], ids=["4bit", "8bit", "16bit"])
def test_fsdp1_has_the_whole_model_and_frees_it_layer_by_layer(llama: Model, method: dict[str, object]) -> None:
    config = {**method, **FSDP1}
    whole = _whole(llama, config)
    assert whole <= _estimate(llama, config).phases["load"] <= whole + 6 * GIB


def test_a_model_in_16_bits_stays_in_host_memory_where_one_process_reads_it(llama: Model) -> None:
    config = _efficient({**SIXTEEN, **FSDP2})
    whole = _whole(llama, config)
    found = _estimate(llama, config)
    assert found.phases["load"] < whole / 8 + 6 * GIB
    assert found.host["loading"] == pytest.approx(whole, rel=0.01)


@pytest.mark.parametrize("setting", [{"experimental_skip_move_to_device": True}, {"ddp": False}])
def test_or_where_it_is_told_to_stay(llama: Model, setting: dict[str, object]) -> None:
    config = {**SIXTEEN, **FSDP2, **setting}
    assert _estimate(llama, config).phases["load"] < _whole(llama, config) / 8 + 6 * GIB


@pytest.mark.parametrize("method", [FOUR, EIGHT], ids=["4bit", "8bit"])
def test_zero3_does_not_divide_a_quantized_model_while_it_loads(llama: Model, method: dict[str, object]) -> None:
    config = {**method, **ZERO3}
    assert _estimate(llama, config).phases["load"] >= _whole(llama, config)


def test_zero3_divides_a_model_in_16_bits_at_once(llama: Model) -> None:
    config = {**SIXTEEN, **ZERO3}
    assert _estimate(llama, config).phases["load"] < _whole(llama, config) / 4


def test_four_bits_are_quantized_by_one_process_for_all_since_0_20(llama: Model) -> None:
    config = _efficient({**FOUR, **FSDP2})
    found = _estimate(llama, config, "2x24GiB", version="0.21")
    whole = _whole(llama, config, "0.21")
    assert found.phases["load"] < whole / 2 + 6 * GIB
    assert found.host["loading"] == pytest.approx(whole, rel=0.01)


def test_fsdp1_with_one_reader_puts_four_bits_whole_on_each_gpu(llama: Model) -> None:
    config = _efficient({**FOUR, **FSDP1})
    assert _estimate(llama, config, version="0.19").phases["load"] >= _whole(llama, config)


def test_a_reported_load() -> None:
    """GLM-4.7-Flash in 8 bits on two GPUs with FSDP2: 43 GiB while loading were reported, 28.5 and 14.2 of them."""
    model = models.resolve("zai-org/GLM-4.7-Flash")
    config = {
        **EIGHT, **FSDP2, "lora_target_linear": None, "lora_target_modules": ["q_proj", "v_proj", "k_proj", "o_proj"],
        "quantize_moe_experts": True,
    }  # fmt: skip
    assert _estimate(model, config, "2x48GiB").phases["load"] / GIB == pytest.approx(43, abs=0.5)


def test_what_does_not_load_is_over(llama: Model) -> None:
    config = {**FOUR, **FSDP2}
    machine = named_machine("2x24GiB")
    assert _estimate(llama, config, "2x24GiB").fit(machine.free_bytes) == "over"


def test_which_old_axolotl_runs_an_old_form_is_in_doubt(llama: Model) -> None:
    config = _efficient({**FOUR, **FSDP1})
    found = _estimate(llama, config, "4x24GiB", version="0.21")
    assert found.phases["load"] < _whole(llama, config) / 2
    assert found.allocated.high >= _whole(llama, config)


@pytest.mark.parametrize("division", [FSDP1, FSDP2])
@pytest.mark.parametrize(
    ("version", "changes", "wide"),
    [
        ("0.19", {}, False),
        ("0.20", {}, True),
        ("0.21", {}, True),
        ("0.21", {"embeddings_skip_upcast": True}, False),
        ("0.21", {"plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}, False),
        ("0.21", {"adapter": "lora", "load_in_4bit": False}, False),
    ],
)
def test_qlora_under_fsdp_keeps_embeddings_in_fp32_since_0_20(
    llama: Model, division: dict[str, object], version: str, changes: dict[str, object], wide: bool
) -> None:
    config = {**FOUR, **division, **changes}
    ends = llama.embedding_parameters + llama.head_parameters
    alone = _whole(llama, {**config, "embeddings_skip_upcast": True}, version)
    assert _whole(llama, config, version) - alone == pytest.approx(2.0 * ends * wide, rel=0.01)


def test_only_0_19_turns_the_embeddings_of_a_quantized_model_to_fp32_for_a_moment() -> None:
    model = built("meta-llama/Llama-3.1-8B")
    written: dict[str, object] = {"base_model": model.id, "adapter": "qlora", "load_in_4bit": True, "sequence_len": 512}

    def load(minor: int, **changes: object) -> float:
        return estimate(Plan({**written, **changes}, axolotl=Version(0, minor)), model).phases["load"]

    wide = 2.0 * (model.embedding_parameters + model.head_parameters) + 2.0 * model.largest_tensor
    assert load(19) - load(20) == wide
    assert load(20) == load(21) == load(19, embeddings_skip_upcast=True)
    assert load(21, embeddings_skip_upcast=False) == load(19)
