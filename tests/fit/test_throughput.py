"""The throughput against published runs."""

from __future__ import annotations

import pytest

from tests.builders import FULL, LORA, QLORA
from wizard.axolotl.effective import effective
from wizard.domain.plan import Plan
from wizard.fit.throughput import throughput, token_products
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built

KINDS = {"lora": LORA, "qlora": QLORA, "full": FULL}
# QwenLM/Qwen README, Profiling of Memory and Speed: seconds for 8 micro batches of one row on an A100-SXM4-80GB. The
# catalogue's model of the same size stands for the first generation; the time is scaled by the parameters.
QWEN = [
    ("lora", "Qwen/Qwen2.5-7B", 7.72e9, length, seconds)
    for length, seconds in ((256, 1.2), (512, 1.5), (1024, 2.8), (2048, 5.2), (4096, 10.1), (8192, 21.3))
] + [
    ("qlora", "Qwen/Qwen2.5-7B", 7.72e9, length, seconds)
    for length, seconds in ((256, 3.0), (512, 3.0), (1024, 3.5), (2048, 7.0), (4096, 11.6), (8192, 22.3))
] + [
    ("qlora", "Qwen/Qwen2.5-14B", 14.2e9, length, seconds)
    for length, seconds in ((256, 5.3), (1024, 8.2), (2048, 11.8), (8192, 38.3))
] + [
    ("qlora", "Qwen/Qwen2.5-72B", 72.3e9, length, seconds)
    for length, seconds in ((256, 27.4), (2048, 59.5), (8192, 179.8))
]  # fmt: skip
# mosaicml/llm-foundry scripts/train/benchmarking/README.md: tokens a second on one of 8 H100 80GB, FSDP, MPT-7B
MOSAIC = [(2048, 6, False, 10643), (4096, 16, True, 8611), (8192, 8, True, 6935)]


@pytest.mark.parametrize(("kind", "name", "parameters", "length", "seconds"), QWEN)
def test_published_runs_on_one_gpu_are_in_the_range(
    kind: str, name: str, parameters: float, length: int, seconds: float
) -> None:
    model, machine = built(name), named_machine("a100-80gb")
    settings = effective(Plan({**KINDS[kind], "base_model": name, "sequence_len": length}), model, machine)
    found = throughput(model, settings, machine)
    assert found is not None
    measured = 8 * length / (seconds * model.parameters / parameters)
    assert found.low < measured < found.high


@pytest.mark.parametrize(("length", "micro", "checkpoints", "tokens"), MOSAIC)
def test_published_runs_on_eight_gpus_are_in_the_range(length: int, micro: int, checkpoints: bool, tokens: int) -> None:
    model, machine = built("Qwen/Qwen2.5-7B"), named_machine("8xh100-80gb")
    changes = {"sequence_len": length, "micro_batch_size": micro, "gradient_checkpointing": checkpoints}
    settings = effective(Plan({**FULL, **changes}), model, machine)
    found = throughput(model, settings, machine)
    assert found is not None
    assert found.low < 8 * tokens * 6.66e9 / model.parameters < found.high


def test_operations_of_a_dense_full_finetune_are_six_for_each_weight() -> None:
    model = built("meta-llama/Llama-3.1-8B")
    settings = effective(
        Plan({**FULL, "gradient_checkpointing": False, "sequence_len": 16, "pad_to_sequence_len": False}), model, None
    )
    weights = model.parameters - model.vocab * model.hidden
    assert token_products(model, settings) == pytest.approx(6 * weights, rel=0.001)


def test_a_mixture_counts_the_experts_that_a_token_visits() -> None:
    model = built("Qwen/Qwen3-30B-A3B")
    settings = effective(Plan({**QLORA, "base_model": model.id, "gradient_checkpointing": False}), model, None)
    assert 4 * 2.5e9 < token_products(model, settings) < 4 * 4.5e9


def test_it_is_unknown_where_the_rate_is_or_the_bus_decides() -> None:
    model = built("meta-llama/Llama-3.1-8B")
    for gpu, changes in (
        ("24GiB", {}),
        ("gtx-1080-ti", {}),
        ("a100-80gb", {"activation_offloading": True}),
        ("8xa100-80gb", {"deepspeed": "deepspeed_configs/zero2.json"}),
    ):
        machine = named_machine(gpu)
        assert throughput(model, effective(Plan({**LORA, **changes}), model, machine), machine) is None
    assert throughput(model, effective(Plan(LORA), model, None), None) is None
    experts, machine = built("Qwen/Qwen3-30B-A3B"), named_machine("a100-80gb")
    assert throughput(experts, effective(Plan(LORA), experts, machine), machine) is None
