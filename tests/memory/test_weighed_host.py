"""Host memory against what a real Axolotl on a CPU held (`python -m scripts.weighed`)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.memory.test_disk import ROWS
from wizard.axolotl.effective import effective
from wizard.domain.estimate import Estimate, Range
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.allocator import LIBRARY
from wizard.knowledge.models.architecture import build
from wizard.knowledge.process import COMPILED, COMPILER, PROCESS, PRODUCTS, TRAINER
from wizard.memory import estimate
from wizard.memory.activations import activations
from wizard.memory.compiling import compiled, compiles_loss, while_compiling
from wizard.memory.logits import loss_moments
from wizard.memory.optimizer import step_on_cpu
from wizard.memory.processor import _without_autocast, on_cpu
from wizard.memory.static import static
from wizard.memory.tower import images

TRAINED = [row for row in ROWS if LIBRARY[0] in row.get("environment", {})]
"""Where what is freed goes back to the kernel: blocks from 64 KiB on, as `memwizard run` has it, or from 256 KiB on."""
_KEPT = Path(__file__).with_name("weighed_kept.jsonl")
KEPT: list[dict[str, Any]] = [json.loads(line) for line in _KEPT.read_text(encoding="utf-8").splitlines()]
"""`held`: at the most where the C library keeps what is freed, as it comes; `given_back`: where it is given back, seen
from inside the process by smaps_rollup, a hundred times a second (blocks from 256 KiB on); `merge_given_back`: the same
of a merge.
"""
BY_NAME = {row["name"]: row for row in ROWS}


def model_of(row: dict[str, Any]) -> Model:
    return build({**row["model"], "torch_dtype": row["model"]["dtype"]}, row["name"])


def forecast(row: dict[str, Any]) -> Estimate:
    return estimate(Plan(row["config"]), model_of(row))


def trained(row: dict[str, Any], **changes: object) -> Range:
    plan, model = Plan({**row["config"], **changes}), model_of(row)
    return on_cpu(model, effective(plan, model, None))


def held(row: dict[str, Any]) -> int:
    """Bytes at the most, once the data are there: they are made by processes of their own, before all else."""
    return max(int(size) for phase, size in row["host"].items() if phase != "data")


MISTRAL = 10_000_000
"""What mistral_common adds, which transformers 5.20 imports for a tokenizer of such a model (RssAnon)."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_process_before_the_model_is_loaded_within_three_hundredths(row: dict[str, Any]) -> None:
    more = MISTRAL if row["model"]["model_type"] == "mistral" else 0
    assert row["host"]["start"] == pytest.approx(PROCESS.likely + more, rel=0.03)


@pytest.mark.parametrize("row", TRAINED, ids=lambda row: row["name"])
def test_training_within_three_hundredths(row: dict[str, Any]) -> None:
    told = trained(row)
    assert told.likely == pytest.approx(held(row), rel=0.03)
    assert told.low < held(row) < told.high


@pytest.mark.parametrize("row", [row for row in KEPT if "given_back" in row], ids=lambda row: row["name"])
def test_so_it_is_seen_from_inside(row: dict[str, Any]) -> None:
    assert trained(BY_NAME[row["name"]]).likely == pytest.approx(row["given_back"], rel=0.03)


@pytest.mark.parametrize("row", KEPT, ids=lambda row: row["name"])
def test_where_the_c_library_keeps_what_is_freed_the_range_has_it(row: dict[str, Any]) -> None:
    told = trained(BY_NAME[row["name"]])
    assert told.low < row["held"] < told.high


def test_by_hand() -> None:
    """A full fine-tune at its second step: weights, gradients, both states, and two values of the largest tensor."""
    row = BY_NAME["full"]
    model = model_of(row)
    step = 2 * 4 * 32_000 * 512
    process = PROCESS.likely + TRAINER + PRODUCTS
    assert trained(row).likely == pytest.approx(process + 16 * model.parameters + step, rel=1e-4)
    assert trained(row, optimizer="adamw_torch_fused").likely < trained(row).likely
    paged = trained(row, optimizer="paged_adamw_32bit").likely  # there is no GPU to be paged from
    assert paged > process + 16 * model.parameters


def test_an_evaluation_by_hand() -> None:
    """Weights and states, and of 8 x 256 tokens the logits and log-softmax's result in fp32."""
    row = BY_NAME["full-evaluated"]
    model = model_of(row)
    logits = 2 * 4 * 32_000 * 8 * 256
    process = PROCESS.likely + TRAINER + PRODUCTS
    assert trained(row).likely == pytest.approx(process + 12 * model.parameters + logits, rel=0.005)
    assert trained(row, eval_batch_size=1).likely < trained(row).likely


def test_the_chunked_loss_by_hand() -> None:
    """Of several rows each piece is a copy, so that the logits are there twice; and their gradient twice at its end."""
    row = BY_NAME["full-chunked"]
    model, tokens = model_of(row), 2 * 640
    settings = _without_autocast(effective(Plan(row["config"]), model, None))
    told = loss_moments(model, settings)
    assert (told.forward, told.backward) == (8 * 32_000 * tokens, 8 * 32_000 * tokens)
    one = loss_moments(model, settings._replace(micro_batch=1))
    assert (one.forward, one.backward) == (4 * 32_000 * 640, 8 * 32_000 * 640)


def test_the_compiler_of_the_chunked_loss_stands_beside_the_first_logits() -> None:
    """Where the optimizer has few states the moment at which it runs is the worst; its traces stay in the process."""
    row = BY_NAME["lora-mapped"]
    model = model_of(row)
    chunked = {**row["config"], "chunked_cross_entropy": True}
    settings = _without_autocast(effective(Plan(chunked), model, None))
    assert compiles_loss(settings)
    assert not compiles_loss(settings._replace(loss="plain"))
    known = static(model, settings)
    made = activations(settings, known, images(model, settings))
    logits = 4 * 32_000 * settings.tokens
    beside = made.kept + loss_moments(model, settings).hidden + logits * 9 / 8 + COMPILER
    assert while_compiling(model, settings, known, made) == beside - known.parts.states
    unlike = settings._replace(pads=False)
    assert while_compiling(model, unlike, known, made) == beside
    evaluated = settings._replace(evaluates=True, eval_batch=64)
    assert while_compiling(model, evaluated, known, made) == 4 * 32_000 * 64 * 512 * 9 / 8 + COMPILER
    assert compiled(settings) == COMPILED
    assert compiled(settings._replace(rl="dpo")) == 0


def test_adafactor_in_fp32_by_hand() -> None:
    """Two values of the largest tensor, and the update of the linear layer before lm_head."""
    row = BY_NAME["full-checkpointed-evaluated"]
    model = model_of(row)
    settings = effective(Plan(row["config"]), model, None)
    assert step_on_cpu(model, settings) == 8 * 32_000 * 1152 + 4 * 1152 * 3584


def test_weights_that_are_not_written_to_stay_pages_of_their_file() -> None:
    row = BY_NAME["lora"]  # stored in bf16
    model = model_of(row)
    plan = Plan(row["config"])
    read = on_cpu(model, effective(plan, model, None)).likely
    mapped = replace(model, dtype="float32")
    assert read - on_cpu(mapped, effective(plan, mapped, None)).likely == 4 * model.parameters


def test_what_qlora_does_not_round_stays_pages_of_its_file_too() -> None:
    row = BY_NAME["qlora"]  # stored in bf16
    model = model_of(row)
    plan = Plan(row["config"])
    read = on_cpu(model, effective(plan, model, None)).likely
    mapped = replace(model, dtype="float32")
    rounded = model.linear_parameters
    assert read - on_cpu(mapped, effective(plan, mapped, None)).likely == 4 * (model.parameters - rounded)


def test_grouped_keys_and_values_are_repeated_beside_a_mask() -> None:
    """Rows that are not padded have none: it in fp32, and a layer's keys and values as wide as its queries."""
    row = BY_NAME["lora"]
    model = model_of(row)
    plain = trained(row, pad_to_sequence_len=False).likely
    width = 256 + 2 * (1024 - 4 * 64)
    assert trained(row).likely - plain == 4 * 256 * width * model.layers
