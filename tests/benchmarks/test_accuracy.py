"""The scorer's arithmetic, the other tools' formulas by hand, and the bars the estimate holds on published rows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.calculators import accelerate, cookbook, deepspeed_zero2, deepspeed_zero3
from benchmarks.accuracy.peers import PEERS, Figure, Peer, compare
from benchmarks.accuracy.report import by_group, by_peer, chapters, peers_text, worst_rows
from benchmarks.accuracy.rows import ROOT, Apart, Row, default_files, labels, read_all
from benchmarks.accuracy.score import Scored, part_errors, score, summary
from benchmarks.accuracy.tables import axolotl_docs, llama_factory
from benchmarks.accuracy.trainers import gpu_poor, training_hub, training_hub_upper, unsloth_studio
from wizard.domain.estimate import Range
from wizard.domain.model import Block, Model, Tensor
from wizard.domain.plan import Plan
from wizard.domain.units import GIB, MIB
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.memory import estimate

PUBLISHED = ROOT / "accuracy" / "published.jsonl"
SEVERAL = ROOT / "truth" / "multi_gpu.jsonl"
FULL: dict[str, Any] = {
    "bf16": True,
    "sequence_len": 4,
    "micro_batch_size": 2,
    "gradient_accumulation_steps": 1,
    "optimizer": "adamw_torch",
    "attn_implementation": "flash_attention_2",
    "gradient_checkpointing": True,
}
LORA = {**FULL, "adapter": "lora", "lora_r": 2, "lora_target_linear": True}
QLORA = {**LORA, "adapter": "qlora", "load_in_4bit": True}
INT8 = {**LORA, "load_in_8bit": True}


def _linear(name: str, out: int, width: int) -> Tensor:
    return Tensor(f"model.layers.*.{name}_proj", "linear", (out, width), 2)


TINY = Model(
    id="tiny",
    family="tiny",
    model_type="llama",
    hidden=8,
    vocab=100,
    tied=False,
    tensors=(
        Tensor("model.embed_tokens", "embedding", (100, 8)),
        _linear("self_attn.q", 8, 8),
        _linear("self_attn.k", 4, 8),
        _linear("self_attn.v", 4, 8),
        _linear("self_attn.o", 8, 8),
        _linear("mlp.gate", 16, 8),
        _linear("mlp.up", 16, 8),
        _linear("mlp.down", 8, 16),
        Tensor("model.layers.*.norm", "norm", (8,), 5),
        Tensor("lm_head", "head", (100, 8)),
    ),
    blocks=(Block(2, heads=2, kv_heads=1, head_dim=4, intermediate=16),),
)
"""2792 parameters: 800 embedding, 1152 linear, 40 norms, 800 lm_head. LoRA of rank 2 adds 512."""


def _sized(billions: int) -> Model:
    return replace(TINY, tensors=(Tensor("model.layers.*.mlp.up_proj", "linear", (billions * 1000, 10**6)),))


@pytest.mark.parametrize(
    ("figure", "values", "size"),
    [
        (accelerate, FULL, 8 * 1992),
        (accelerate, {**FULL, "bf16": False, "fp16": False}, 16 * 1992),
        (deepspeed_zero2, FULL, 20 * 2792),
        (deepspeed_zero3, FULL, 18 * 2792 + 4 * 800),
        (cookbook, FULL, 18 * (1600 + 32 + 144 + 384 + 768) + 34 * 4 * 2 * 8 * 2),
        (cookbook, {**FULL, "gradient_checkpointing": False}, 18 * 2928 + 39 * 4 * 2 * 8 * 2),
        (unsloth_studio, LORA, 5584 + 1024 + 3072 + 1024 + 1000),
        (unsloth_studio, QLORA, 4000 + 1024 + 3072 + 1024 + 1000),
        (unsloth_studio, FULL, 5584 + 6 * 2792 + 5584 + 2000),
        (training_hub, FULL, int(1.1 * (16 * 1992 + 512 + 3200 * 8 / 3))),
        (training_hub, LORA, int(1.1 * (3984 + 4096 + 256 + 3200))),
        (training_hub_upper, LORA, int(1.2 * 11536)),
        (training_hub, QLORA, int(1.1 * (996 + 4096 + 256 + 3200))),
        (gpu_poor, FULL, 8 * 2880 + int(0.15 * 2080 * 2 * 2)),
        (gpu_poor, LORA, 2 * 2880 + 6144 + int(0.15 * 2080 * 2 * 2)),
    ],
)
def test_a_formula_gives_what_a_hand_computes(figure: Figure, values: dict[str, Any], size: int) -> None:
    assert figure(values, TINY) == size


@pytest.mark.parametrize(
    ("figure", "values", "billions", "gib"),
    [
        (llama_factory, QLORA, 7, 6),
        (llama_factory, QLORA, 8, 6 + 6 / 7),
        (llama_factory, LORA, 22, 48),
        (llama_factory, INT8, 70, 80),
        (llama_factory, FULL, 7, 60),
        (llama_factory, FULL, 1, 8),
        (llama_factory, QLORA, 100, 50),
        (axolotl_docs, QLORA, 8, 14),
        (axolotl_docs, {**QLORA, "rl": "dpo"}, 9, 14),
        (axolotl_docs, FULL, 14, 120),
    ],
)
def test_a_table_is_read_at_a_size(figure: Figure, values: dict[str, Any], billions: int, gib: float) -> None:
    assert figure(values, _sized(billions)) == int(gib * GIB)


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        (accelerate, LORA),
        (deepspeed_zero2, {**FULL, "optimizer": "adamw_8bit"}),
        (cookbook, QLORA),
        (unsloth_studio, INT8),
        (unsloth_studio, {**LORA, "peft_use_dora": True}),
        (training_hub, {**LORA, "gradient_checkpointing": False}),
        (gpu_poor, {**LORA, "rl": "dpo"}),
        (llama_factory, {**LORA, "lora_modules_to_save": ["lm_head"]}),
        (axolotl_docs, FULL),
        (axolotl_docs, INT8),
    ],
)
def test_a_tool_without_a_word_for_it_says_nothing(figure: Figure, values: dict[str, Any]) -> None:
    assert figure(values, TINY) is None


@pytest.mark.parametrize("changes", [{"sequence_len": 4096}, {"micro_batch_size": 4}])
def test_axolotls_table_is_for_short_runs(changes: dict[str, int]) -> None:
    assert axolotl_docs({**QLORA, **changes}, _sized(8)) is None


def test_every_tool_takes_every_model() -> None:
    for name in catalogue():
        for values in (FULL, LORA, QLORA, INT8):
            for peer in PEERS:
                size = peer.figure(values, built(name))
                assert size is None or size > 0, (peer.name, name)


def _scored(name: str, truth: int, low: int, likely: int, high: int, base: dict[str, Any] = LORA) -> Scored:
    plan = Plan({**base, "base_model": "a/tiny"})
    row = Row(name, "simulated", plan, TINY, truth, "backward", {"weights": 100 * MIB}, labels(plan, TINY))
    made = replace(estimate(plan, TINY), allocated=Range(low, likely, high), peak_phase="backward")
    return Scored(row, replace(made, components={**made.components, "weights": 99 * MIB, "adapter": 3 * MIB}))


SYNTHETIC = [
    _scored("exact", 100, 90, 100, 110),
    _scored("over", 100, 105, 110, 120),
    _scored("under", 100, 70, 80, 90),
    _scored("full", 200, 100, 202, 300, FULL),
]


def test_errors_are_counted_right() -> None:
    found = summary(SYNTHETIC)
    assert found.count == 4
    sizes = [found.median, found.p95, found.worst, found.under, found.inside, found.covered]
    assert sizes == pytest.approx([0.055, 0.2, 0.2, -0.2, 0.5, 0.75])


def test_parts_are_held_against_what_the_row_knows() -> None:
    (error,) = part_errors(SYNTHETIC[:1])
    assert error.part == "weights"
    assert [error.error, error.of_peak] == pytest.approx([0.02, 2 * MIB / 100])


def test_tables_group_and_sort() -> None:
    lines = {line[0]: line[1:] for line in by_group(SYNTHETIC).lines}
    assert list(lines) == ["all", "method full", "method lora"]
    assert lines["method lora"] == ("3", "10.00%", "20.00%", "20.00%", "-20.00%", "33%", "67%")
    assert [line[0] for line in worst_rows(SYNTHETIC, 2).lines] == ["under", "over"]


def test_a_tool_is_scored_on_the_rows_it_has_a_figure_for() -> None:
    peer = Peer("ninety", lambda values, model: 90 if "adapter" in values else None, "", "")
    found = compare(peer, SYNTHETIC)
    assert found is not None
    assert found.count == 3
    assert [found.median, found.leans, found.under, found.short] == pytest.approx([0.1, -0.1, -0.1, 1])
    assert found.ours == pytest.approx(0.1)
    assert compare(peer, SYNTHETIC[3:]) is None
    assert [method for method, _ in by_peer(SYNTHETIC)] == ["full", "lora"]


def test_rows_are_read_and_those_without_a_peak_listed_apart(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    config = dict(catalogue()["meta-llama/Llama-3.2-1B"].config)
    (tmp_path / "mine" / "config.json").write_text(json.dumps(config))
    row = {"config": {**LORA, "base_model": "mine"}, "metric": "allocated", "bytes": 5}
    rows = [
        {"id": "beside", **row},
        {"id": "listed", **row, "config": {**LORA, "base_model": "meta-llama/Llama-3.2-1B"}, "citation": "x"},
        {"id": "failed", "config": {}, "failed": "ValueError: no"},
        {"id": "oom", **row, "oom": True},
        {"id": "reserved", **row, "metric": "reserved"},
        {"id": "nowhere", **row, "config": {**LORA, "base_model": "not/there"}},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    read, apart = read_all([path])
    assert [(one.id, one.kind) for one in read] == [("beside", "simulated"), ("listed", "published")]
    assert read[0].model.parameters == read[1].model.parameters
    assert [one.id for one in apart] == ["failed", "oom", "reserved", "nowhere"]
    assert apart[0] == Apart("failed", "the run failed with ValueError")


def test_the_text_has_every_kind_of_row() -> None:
    rows, _ = read_all([PUBLISHED])
    assert [kind for kind, _ in chapters(rows)] == ["published"]
    assert all(peer.name in peers_text(rows) for peer in PEERS if peer.name != "Axolotl's table")


def test_published_rows_say_where_they_are_from() -> None:
    lines = (PUBLISHED.read_text(encoding="utf-8") + SEVERAL.read_text(encoding="utf-8")).splitlines()
    for line in lines:
        row = json.loads(line)
        assert row["citation"].startswith("https://github.com/")
        assert row["notes"]
        assert row["source"]


def test_the_estimate_holds_its_bars_on_published_rows() -> None:
    rows, apart = read_all([PUBLISHED])
    found = summary(score(rows))
    assert not apart
    assert found.count == 9
    assert found.median <= 0.015
    assert found.worst <= 0.06
    assert found.covered == 1


def test_the_estimate_holds_its_bars_on_rows_of_several_gpus() -> None:
    rows, apart = read_all([SEVERAL])
    found = summary(score(rows))
    assert {row.kind for row in rows} == {"several"}
    assert found.count == 32
    assert len(apart) == 11
    assert found.median <= 0.04
    assert found.under >= -0.03
    assert found.covered == 1


def test_the_estimate_holds_its_bars_on_simulated_rows() -> None:
    rows, _ = read_all(default_files())
    simulated = summary(score(row for row in rows if row.kind == "simulated"))
    assert simulated.count >= 170
    assert simulated.median <= 0.005
    assert simulated.p95 <= 0.03
    assert simulated.worst <= 0.05
    assert simulated.covered == 1
    unseen = summary(score(row for row in rows if row.kind == "unseen"))
    assert unseen.median <= 0.001
    assert unseen.p95 <= 0.01
    assert unseen.covered == 1
    experts = summary(score(row for row in rows if row.kind == "experts"))
    assert experts.covered == 1


def test_the_page_is_up_to_date() -> None:
    if not (ROOT / "truth" / "rows.jsonl").exists():
        pytest.skip("benchmarks/truth/rows.jsonl is not there, so the page has no simulated rows yet")
    from scripts.accuracy import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(*read_all(default_files())), "run python -m scripts.accuracy"
