"""`memwizard generate --launch`: files beside the config, never one lost, and a config that Axolotl accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.axolotl.real import judge
from tests.cli.command import files, run
from wizard.cli.generate import command
from wizard.output.launch.catalogue import KINDS

FOUR = ("generate", "--preset", "zero3-full-8x80gb", "--gpu", "4x8xh100-80gb")
DOCUMENT = Path(__file__).parents[2] / "docs" / "launch.md"
BESIDE = {
    "accelerate": {"my.accelerate.yaml", "my.accelerate.sh"},
    "torchrun": {"my.torchrun.sh"},
    "ray": {"my.ray.sh"},
    "slurm": {"my.slurm"},
    "sky": {"my.sky.yaml"},
}


def test_the_option_takes_every_kind() -> None:
    (option,) = (one for one in command.params if one.name == "launch")
    assert list(option.type.choices) == list(KINDS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_it_writes_beside_the_config_and_says_what_to_type(kind: str, here: Path) -> None:
    done = run(*FOUR, "--launch", kind, "-o", "my.yml")
    assert (done.code, done.out) == (0, "")
    assert set(files(here)) == {"my.yml", *BESIDE[kind]}
    said = done.err.splitlines()
    assert [line for line in said if line.startswith("wrote ")] == [f"wrote {name}" for name in files_in_order(kind)]
    assert any(name in said[-1] for name in BESIDE[kind])


def files_in_order(kind: str) -> list[str]:
    return ["my.yml", *sorted(BESIDE[kind], reverse=True)]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"ray"}))
def test_the_config_is_the_same_without(kind: str, here: Path) -> None:
    run(*FOUR, "--launch", kind, "-o", "my.yml")
    assert (here / "my.yml").read_text() == run(*FOUR).out


@pytest.mark.timeout(1200)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
def test_axolotl_accepts_the_config_for_ray(here: Path) -> None:
    run(*FOUR, "--launch", "ray", "-o", "my.yml")
    values = yaml.safe_load((here / "my.yml").read_text())
    assert (values["use_ray"], values["ray_num_workers"], values["resources_per_worker"]) == (True, 32, {"GPU": 1})
    answer = judge(here / "my.yml", gpus=8)[0]
    assert answer == {"path": answer["path"], "ok": True, "errors": [], "warnings": [], "unknown": []}
    assert run("check", "my.yml", "--gpu", "4x8xh100-80gb", "--strict").code == 0


def test_settings_go_over_what_ray_asks_for(here: Path) -> None:
    run(*FOUR, "--launch", "ray", "--set", "resources_per_worker={GPU: 1, CPU: 4}", "-o", "my.yml")
    values = yaml.safe_load((here / "my.yml").read_text())
    assert (values["resources_per_worker"], values["ray_num_workers"]) == ({"GPU": 1, "CPU": 4}, 32)


def test_nothing_is_written_where_one_of_the_files_is_there(here: Path) -> None:
    (here / "my.slurm").write_text("mine\n")
    done = run(*FOUR, "--launch", "slurm", "-o", "my.yml")
    assert (done.code, done.out) == (2, "")
    assert "-mine" in done.err.splitlines()
    assert done.err.splitlines()[-1].startswith("memwizard: my.slurm: exists already;")
    assert files(here) == {"my.slurm": b"mine\n"}


def test_overwrite_keeps_a_backup_and_the_same_text_is_not_written_again(here: Path) -> None:
    (here / "my.slurm").write_text("mine\n")
    run(*FOUR, "--launch", "slurm", "-o", "my.yml", "--overwrite")
    assert (here / "my.slurm.bak1").read_text() == "mine\n"
    done = run(*FOUR, "--launch", "slurm", "-o", "my.yml")
    assert done.err.splitlines()[:2] == [f"{name} is already so; nothing written" for name in ("my.yml", "my.slurm")]
    assert set(files(here)) == {"my.yml", "my.slurm", "my.slurm.bak1"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--launch", "slurm"), "name it with -o"),
        (("--launch", "slurm", "-o", "-"), "name it with -o"),
        (("--launch", "mpi", "-o", "my.yml"), "'mpi' is not one of"),
        (("--launch", "sky", "-o", "../my.yml"), "SkyPilot takes along the folder you are in"),
        (("--launch", "sky", "--gpu", "8xh20", "-o", "my.yml"), "SkyPilot has no name for h20; it has "),
        (("--launch", "slurm", "--demo", "no-gpu", "-o", "my.yml"), "4x8xh100-80gb; `--gpu` names the GPUs"),
        (
            ("--launch", "slurm", "--set", "use_ray=true", "-o", "my.yml"),
            "so Ray starts it, not slurm; `--launch` names",
        ),
    ],
)
def test_what_can_not_be_started_is_refused_before_anything_is_written(
    more: tuple[str, ...], says: str, here: Path
) -> None:
    done = run(*FOUR, *more)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert files(here) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_of_the_environment_and_no_path_is_written(
    kind: str, here: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("WANDB_API_KEY", "wandb_secret")
    run(*FOUR, "--launch", kind, "-o", "my.yml")
    text = b"".join(files(here).values()).decode()
    assert not any(word in text for word in ("_secret", str(own_home), str(here)))


def test_the_examples_of_the_document_are_what_is_written(here: Path) -> None:
    blocks = re.findall(r"^```\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    calls = [block.split()[1:] for block in blocks if block.startswith("memwizard ")]
    assert [call[call.index("--launch") + 1] for call in calls] == ["torchrun", "accelerate", "slurm", "sky", "ray"]
    texts = []
    for call in calls:
        assert run(*call, "--overwrite").code == 0
        lines = [path.read_text(encoding="utf-8").splitlines(keepends=True) for path in sorted(here.iterdir())]
        texts += ["".join(line for line in text if "# Written by memwizard" not in line) for text in lines]
    for block in blocks:
        assert block.startswith("memwizard ") or any(block in text for text in texts), block
