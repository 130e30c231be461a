"""The real Axolotl trains what memwizard writes, two steps on a CPU; the record of whole runs tells of no fault."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scripts.runs.case import WORKS, Case
from scripts.runs.cases import PARTS
from scripts.runs.judging import ROOT, Judge
from scripts.runs.record import FOLDER, Record
from scripts.runs.unjudged import unjudged
from wizard.domain.version import parse_version

PYTHON = os.environ.get("MEMWIZARD_TRAINS_WITH") or str(ROOT / ".venv-train" / "bin" / "python")
PICKED = (
    "preset qlora-24gb llama", "preset dpo-qlora-24gb qwen3", "preset full-24gb gemma3_text", "preset lora-24gb jamba",
    "preset qlora-24gb qwen3_moe", "preset lora-80gb qwen2_vl",
)  # fmt: skip
RECORDS = sorted(path for path in FOLDER.glob("*.jsonl") if not path.stem.startswith("features"))


def can_train() -> bool:
    """Whether there is a Python with Axolotl and torch."""
    if not Path(PYTHON).exists():
        return False
    asks = "import importlib.util as u; print(all(map(u.find_spec, ['axolotl', 'torch'])))"
    return "True" in subprocess.run([PYTHON, "-c", asks], capture_output=True, text=True, check=False).stdout


@pytest.mark.xdist_group("trains")
@pytest.mark.timeout(900)
def test_axolotl_trains_what_is_written() -> None:
    if not can_train():
        pytest.skip("no Python with Axolotl and torch: name one in MEMWIZARD_TRAINS_WITH, or make .venv-train")
    cases = [case for case in PARTS["presets"]() if " ".join(case.id) in PICKED]
    assert len(cases) == len(PICKED)
    came = {case.id: answer["outcome"] for case, answer in Judge(PYTHON).answers(cases)}
    assert came == {case.id: WORKS for case in cases}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_no_file_that_was_run_dies_of_what_is_in_it(path: Path) -> None:
    part, _, version = path.stem.partition("-")
    rows = Record.of(version, part).rows.values()
    failed = [row for row in rows if row["outcome"] != WORKS and not row.get("told") and not unjudged(row)]
    assert [(row["id"], row["outcome"][:200]) for row in failed] == []


def test_a_hash_holds_as_long_as_the_config_does() -> None:
    first = next(iter(PARTS["presets"]()))
    same = Case(first.id, dict(first.config), first.machine)
    other = Case(first.id, {**first.config, "seed": 3}, first.machine)
    assert first.hash == same.hash != other.hash


def test_every_slip_that_a_run_died_of_is_told_and_nothing_of_those_that_ran() -> None:
    rows = Record.of("0.21.0", "crashes").rows
    cases = list(PARTS["crashes"]())
    assert {case.id: case.hash for case in cases} == {name: row["hash"] for name, row in rows.items()}, "run them again"
    died = {case.id for case in cases if rows[case.id]["outcome"] != WORKS}
    assert len(died) >= 90
    assert died ^ {case.id for case in cases if case.told} == set()


def test_what_is_told_of_a_slip_is_of_the_axolotl_that_ran_it() -> None:
    rows = Record.of("0.19.0", "crashes").rows
    cases = {case.id: case for case in PARTS["crashes"](parse_version("0.19.0"))}
    assert {name: row.get("told", []) for name, row in rows.items()} == {
        name: list(case.told) for name, case in cases.items()
    }, "run them again"


def test_every_file_of_another_trainer_was_run_as_it_is_written_today() -> None:
    rows = Record.of("0.21.0", "imports").rows
    assert {case.id: case.hash for case in PARTS["imports"]()} == {name: row["hash"] for name, row in rows.items()}
    assert {row["outcome"] for row in rows.values()} == {WORKS}
