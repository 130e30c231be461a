"""MW931: a mixture whose checkpoint has quantized experts trains on no transformers 5, so nothing is built on it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.command import run
from wizard.axolotl import base
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import catalogue, find
from wizard.knowledge.models.recommended import recommended
from wizard.review import review

QLORA = {"adapter": "qlora", "load_in_4bit": True, "lora_r": 16, "lora_alpha": 32, "lora_target_linear": True}
BNB = {"quant_method": "bitsandbytes", "load_in_4bit": True}
GPTQ = {"quant_method": "gptq", "bits": 4, "group_size": 128}


def config_of(name: str, **block: object) -> dict[str, object]:
    row = find(name)
    assert row is not None
    return {**row.config, "quantization_config": block}


def model_of(name: str, **block: object) -> Model:
    return build(config_of(name, **block), "here/packed")


def told(model: Model | None, **settings: object) -> list[Finding]:
    plan = Plan({"base_model": "here/packed", **QLORA, **settings})
    return [one for one in review(plan, model).findings if one.code == "MW931"]


@pytest.mark.parametrize(
    ("block", "says"),
    [(BNB, "the first step dies"), (GPTQ, "at random"), ({**GPTQ, "quant_method": "awq"}, "at random")],
)
@pytest.mark.parametrize("name", ["Qwen/Qwen3-30B-A3B", "mistralai/Mixtral-8x7B-v0.1"])
def test_quantized_experts_that_are_put_together_are_told(name: str, block: dict[str, object], says: str) -> None:
    (finding,) = told(model_of(name, **block))
    assert finding.severity == "error"
    assert says in finding.message


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("Qwen/Qwen3-8B", BNB),  # no experts
        ("openai/gpt-oss-20b", {"quant_method": "mxfp4"}),  # a format with experts of its own
        ("Qwen/Qwen3-VL-30B-A3B-Instruct", BNB),  # stacked in its files already, so never quantized
    ],
)
def test_others_are_not(name: str, block: dict[str, object]) -> None:
    assert not told(model_of(name, **block))


def test_a_checkpoint_too_large_for_quantized_experts_has_whole_ones() -> None:
    model = model_of("Qwen/Qwen3-30B-A3B", **BNB)
    assert not told(replace(model, stored_bytes=57_000_000_000))
    assert told(replace(model, stored_bytes=17_000_000_000))


def test_half_way_between_the_two_sizes_decides() -> None:
    """What is no expert stays as it is: linear layers in 4 bits, embeddings and norms in 16."""
    model = model_of("Qwen/Qwen3-30B-A3B", **BNB)
    assert model.packed is not None
    size = model.packed.size
    assert size is not None
    kinds: Counter[str] = Counter()
    for tensor in model.tensors:
        kinds[tensor.kind] += tensor.total
    others = kinds.total() - kinds["experts"] - kinds["linear"]
    middle = size * kinds["linear"] + 2 * others + (2 + size) / 2 * kinds["experts"]
    assert not told(replace(model, stored_bytes=int(1.01 * middle)))
    assert told(replace(model, stored_bytes=int(0.99 * middle)))


def test_a_name_alone_tells_it_and_the_fix_names_the_whole_model() -> None:
    (finding,) = told(None, base_model="unsloth/Qwen3-30B-A3B-bnb-4bit")
    assert finding.fix is not None
    assert finding.fix.changes["base_model"] == "Qwen/Qwen3-30B-A3B"
    assert finding.fix.changes["quantize_moe_experts"] is True
    assert not told(None, base_model="unsloth/Qwen3-8B-bnb-4bit")
    assert not told(None, base_model="someone/unheard-of-bnb-4bit")


def test_without_an_adapter_no_adapter_is_offered() -> None:
    plan = Plan({"base_model": "here/packed"})
    found = {one.code for one in review(plan, model_of("Qwen/Qwen3-30B-A3B", **BNB)).findings}
    assert "MW931" in found
    assert "MW368" not in found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text(json.dumps(config_of("Qwen/Qwen3-30B-A3B", **BNB)))
    return tmp_path / "base"


def test_fit_finds_nothing_on_it_and_says_why(folder: Path) -> None:
    done = run("fit", "--model", folder, "--gpu", "b200")
    assert done.code == 1
    assert "Nothing trains on this base" in done.out
    row = run("fit", "--model", folder, "--gpu", "b200", "--json").row()
    assert row["best"] is None
    assert row["shorter"] is None
    assert not row["ladder"]
    assert all(one["model"] is not None for one in row["instead"])


def test_no_cell_of_the_map_fits(folder: Path) -> None:
    asked = ("fit", "--map", "--model", folder, "--gpu", "8xb200")
    table = run(*asked).out
    assert {word for line in table.splitlines()[3:7] for word in line[16:].split()} == {"lost"}
    assert "lost: no settings train this base" in table
    rows = run(*asked, "--json").rows()
    assert {(row["fit"], row["experts_lost"]) for row in rows} == {("unknown", "bitsandbytes")}
    assert run(*asked, "--csv").out.splitlines()[1].endswith(",bitsandbytes")
    assert "lost" not in run("fit", "--map", "--model", "Qwen/Qwen3-30B-A3B", "--gpu", "8xb200").out


def test_generate_says_it(folder: Path, tmp_path: Path) -> None:
    done = run("generate", "--preset", "moe-qlora-80gb", "--model", folder, "--gpu", "b200", "-o", tmp_path / "o.yml")
    assert done.code == 1
    assert "MW931" in done.err


def test_nothing_of_the_catalogue_is_such_a_base() -> None:
    names = [name for row in catalogue().values() for name in (row.id, *row.also)]
    named = [Plan({"base_model": name}) for name in (*names, *recommended())]
    built_of = [build(row.config, row.id) for row in catalogue().values()]
    assert not [plan for plan in named if base.experts_packed_by(plan, None)]
    assert not [model.id for model in built_of if base.experts_packed_by(Plan({"base_model": model.id}), model)]
