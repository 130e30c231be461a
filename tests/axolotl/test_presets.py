"""Every preset, as `generate` writes it for its least machine: Axolotl accepts it, it fits, nothing is found."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.axolotl.real import judge
from tests.cli.command import run
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


def generated(name: str, folder: Path, *more: str) -> Path:
    path = folder / f"{name}.yml"
    done = run("generate", "--preset", name, "--gpu", LEAST[name], *more, "-o", path)
    assert done.code == 0, done.err
    return path


@cache
def judged(version: Version) -> dict[str, dict[str, Any]]:
    """What Axolotl says of each preset: those of like machines are asked about together, since it starts slowly."""
    alike = defaultdict[tuple[tuple[str, object], ...], list[Path]](list)
    with tempfile.TemporaryDirectory() as folder:
        for name, gpu in LEAST.items():
            machine = named_machine(gpu)
            major, minor = machine.compute_capability or (8, 0)
            options = {
                "bf16": "yes" if machine.bf16 else "no",
                "fp8": "yes" if machine.fp8 else "no",
                "gpus": machine.count,
                "capability": f"sm_{major}{minor}",
            }
            alike[tuple(options.items())].append(generated(name, Path(folder), "--axolotl", str(version)))
        answers = [one for options, paths in alike.items() for one in judge(*paths, version=version, **dict(options))]
    return {Path(one["path"]).stem: one for one in answers}


@pytest.mark.xdist_group("axolotl")
@pytest.mark.parametrize("version", [known()[0], known()[-1]], ids=str)
@EACH
def test_axolotl_has_nothing_to_say(name: str, version: Version) -> None:
    answer = judged(version)[name]
    assert others(name, answer["errors"]) == []
    assert answer["ok"] or answer["errors"]
    assert answer["unknown"] == []
    assert others(name, answer["warnings"]) == []


@EACH
def test_it_fits_and_nothing_is_found(name: str, tmp_path: Path) -> None:
    written = generated(name, tmp_path)
    estimate = run("estimate", written, "--gpu", LEAST[name], "--json")
    assert estimate.code == 0, estimate.err
    assert estimate.row()["fit"] == "fits"
    check = run("check", written, "--gpu", LEAST[name], "--format", "json")
    assert check.code == 0
    found = check.row()["findings"]
    assert [one["code"] for one in found] == (["MW692"] if name in INHERENT else [])
    assert all(one["severity"] == "hint" for one in found)


@pytest.mark.xdist_group("axolotl")
@pytest.mark.parametrize("gpu", ["t4", "gtx-1080-ti"])
def test_old_gpus_get_a_config_axolotl_accepts(gpu: str, tmp_path: Path) -> None:
    path = tmp_path / "old.yml"
    done = run("generate", "--preset", "qlora-12gb", "--gpu", gpu, "-o", path)
    assert done.code == 0, done.err
    answer = judge(path, bf16="no", fp8="no", capability="sm_75")[0]
    assert answer["ok"], answer["errors"]
    assert answer["warnings"] == []
