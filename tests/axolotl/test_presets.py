"""Every preset, as `generate` writes it for its least machine: Axolotl accepts it, it fits, nothing is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.axolotl.real import judge
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import known
from wizard.knowledge.gpus import named_machine
from wizard.world.presets import shipped

pytestmark = pytest.mark.timeout(1200)  # the first may have to install Axolotl
EACH = pytest.mark.parametrize("name", [preset.name for preset in shipped()])
LEAST = {preset.name: str(preset.gpu) for preset in shipped()}


INHERENT = {"context-parallel-32k-8x80gb": ("logged losses may differ slightly", "ring_flash_attn is not installed")}
"""What Axolotl says of a preset that does what it is for: of context parallelism it always does, and 0.19 looks for a
package that a machine without CUDA can't have.
"""


def others(name: str, said: list[str]) -> list[str]:
    """What is said but for what the preset is for."""
    return [one for one in said if not any(text in one for text in INHERENT.get(name, ()))]


def memwizard(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wizard", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def generated(name: str, folder: Path, *more: str) -> Path:
    path = folder / f"{name}.yml"
    done = memwizard("generate", "--preset", name, "--gpu", LEAST[name], *more, "-o", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def written(name: str, tmp_path: Path) -> Path:
    return generated(name, tmp_path)


@pytest.mark.xdist_group("axolotl")
@pytest.mark.parametrize("version", [known()[0], known()[-1]], ids=str)
@EACH
def test_axolotl_has_nothing_to_say(name: str, version: Version, tmp_path: Path) -> None:
    written = generated(name, tmp_path, "--axolotl", str(version))
    machine = named_machine(LEAST[name])
    major, minor = machine.compute_capability or (8, 0)
    answer = judge(
        written,
        bf16="yes" if machine.bf16 else "no",
        fp8="yes" if machine.fp8 else "no",
        gpus=machine.count,
        capability=f"sm_{major}{minor}",
        version=version,
    )[0]
    assert others(name, answer["errors"]) == []
    assert answer["ok"] or answer["errors"]
    assert answer["unknown"] == []
    assert others(name, answer["warnings"]) == []


@EACH
def test_it_fits_and_nothing_is_found(name: str, written: Path) -> None:
    estimate = memwizard("estimate", str(written), "--gpu", LEAST[name], "--json")
    assert estimate.returncode == 0, estimate.stderr
    assert json.loads(estimate.stdout)["fit"] == "fits"
    check = memwizard("check", str(written), "--gpu", LEAST[name], "--format", "json")
    assert check.returncode == 0
    found = json.loads(check.stdout)["findings"]
    assert [one["code"] for one in found] == (["MW692"] if name in INHERENT else [])
    assert all(one["severity"] == "hint" for one in found)


@pytest.mark.xdist_group("axolotl")
@pytest.mark.parametrize("gpu", ["t4", "gtx-1080-ti"])
def test_old_gpus_get_a_config_axolotl_accepts(gpu: str, tmp_path: Path) -> None:
    path = tmp_path / "old.yml"
    done = memwizard("generate", "--preset", "qlora-12gb", "--gpu", gpu, "-o", str(path))
    assert done.returncode == 0, done.stderr
    answer = judge(path, bf16="no", fp8="no", capability="sm_75")[0]
    assert answer["ok"], answer["errors"]
    assert answer["warnings"] == []
