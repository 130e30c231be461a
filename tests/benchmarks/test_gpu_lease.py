"""What a short lease of one card measures, and that it stops in time and goes on. No PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gpu import cli
from benchmarks.gpu.lease import LENGTHS, METHODS, lease
from benchmarks.gpu.supported import why_not
from wizard.domain.plan import Plan
from wizard.domain.units import GIB
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.memory import estimate

RUNS = list(lease())


def test_it_has_every_loss_and_method_at_two_lengths_evaluations_and_images() -> None:
    runs = {job.id: job.config for job in RUNS}
    assert len(runs) == len(RUNS) <= 20
    for loss in ("plain", "liger", "cut"):
        assert {f"lease/{method}-{loss}-{length}" for method in METHODS for length in LENGTHS} <= set(runs)
        assert runs[f"lease/qlora-{loss}-eval"]["val_set_size"]
    assert runs["lease/lora-images-2048"]["processor_type"]
    assert all(why_not(config, lambda package: True) is None for config in runs.values())


def test_images_of_no_known_size_are_skipped() -> None:
    config = {"base_model": "Qwen/Qwen2.5-VL-3B-Instruct", "processor_type": "AutoProcessor", "bf16": True}
    assert "image_size" in str(why_not(config, lambda package: True))


@pytest.mark.parametrize("job", RUNS, ids=[job.id for job in RUNS])
def test_every_run_fits_one_hopper_card(job: Any) -> None:
    card = named_machine("h100-80gb")
    need = estimate(Plan(job.config), built(str(job.config["base_model"])), card)
    assert card.free_bytes is not None
    assert need.device.high < card.free_bytes


def test_no_run_begins_when_the_time_is_over_and_the_same_command_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter(range(0, 10_000, 300))  # five minutes between two looks
    monkeypatch.setattr(cli, "refusal", lambda device: None)
    monkeypatch.setattr("benchmarks.gpu.cli.time.monotonic", lambda: next(now))
    monkeypatch.setattr(
        cli, "measure", lambda job, steps, device: {"id": job.id, "bytes": GIB, "phase": "backward", "steps": steps}
    )
    out = tmp_path / "rows.jsonl"
    assert cli.main(["--lease", "14", "--out", str(out)]) == 0
    done = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert done == [job.id for job in RUNS[:2]]
    assert f"{len(RUNS) - 2} runs are left" in capsys.readouterr().err
    assert cli.main(["--lease", "--list", "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [job.id for job in RUNS[2:]]
