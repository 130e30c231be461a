"""What `--launch` writes does what it says: run with stand-ins, and read by the engines' own tools."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.builders import QLORA, reviewed
from tests.output import accelerates
from tests.output.fakes import Fakes
from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import gpus
from wizard.knowledge.skypilot import accelerators, that_hold
from wizard.output.launch.catalogue import KINDS, files
from wizard.output.launch.launch import Launch, launch_of

FOUR = Launch("my.yml", nodes=4, gpus=8, names=("h200",) * 32, need_bytes=2**34, precision="bf16")
ONE = Launch("my.yml", nodes=1, gpus=2, names=("rtx-4090",) * 2)
ODD = "a b'$(touch oops);&\n#.yml"
SKYPILOT = json.loads((Path(__file__).parent / "skypilot-0.14.1.json").read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("kind", KINDS)


def written(kind: str, launch: Launch, folder: Path) -> list[Path]:
    found = []
    for name, text in files(kind, launch, Plan()).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        found.append(path)
    return found


@pytest.fixture
def fakes(tmp_path: Path) -> Fakes:
    folder = tmp_path / "bin"
    folder.mkdir()
    return Fakes(folder)


@EACH
@pytest.mark.parametrize("config", ["my.yml", ODD, "-x.yml", "é.yaml", "no-ending"])
@pytest.mark.parametrize("nodes", [1, 3])
def test_every_script_is_one_for_bash(kind: str, config: str, nodes: int, tmp_path: Path) -> None:
    launch = Launch(config, nodes, 8, ("h200",))
    for path in written(kind, launch, tmp_path):
        script = path
        if path.suffix == ".yaml":
            script = tmp_path / "run"
            script.write_text(yaml.safe_load(path.read_text(encoding="utf-8")).get("run", ""), encoding="utf-8")
        done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@EACH
def test_what_to_type_names_a_file_that_is_written(kind: str) -> None:
    named = shlex.split(KINDS[kind].command(FOUR).splitlines()[-1], comments=True)
    assert set(named) & set(files(kind, FOUR, Plan()))


def test_torchrun_on_each_of_several_nodes(fakes: Fakes, tmp_path: Path) -> None:
    (script,) = written("torchrun", FOUR, tmp_path)
    done = fakes.bash(script.name, "10.0.0.4", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    options = "--nnodes=4 --nproc_per_node=8 --rdzv_backend=c10d --rdzv_id=my --rdzv_endpoint=10.0.0.4:29400"
    assert fakes.calls == [f"axolotl train my.yml --launcher torchrun -- {options}".split()]


@pytest.mark.parametrize(("kind", "arguments"), [("torchrun", ()), ("accelerate", ("0",)), ("ray", ("worker",))])
def test_without_an_address_nothing_starts(kind: str, arguments: tuple[str, ...], fakes: Fakes, tmp_path: Path) -> None:
    script = written(kind, FOUR, tmp_path)[-1]
    done = fakes.bash(script.name, *arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert "the address of the first node" in done.stderr
    assert fakes.calls == []


def test_torchrun_on_one_node_needs_no_address(fakes: Fakes, tmp_path: Path) -> None:
    (script,) = written("torchrun", ONE, tmp_path)
    assert fakes.bash(script.name, cwd=tmp_path).returncode == 0
    assert fakes.calls == [
        ["axolotl", "train", "my.yml", "--launcher", "torchrun", "--", "--standalone", "--nproc_per_node=2"]
    ]


@pytest.mark.parametrize("kind", ["torchrun", "accelerate", "ray", "slurm"])
def test_a_name_is_never_read_as_shell(kind: str, fakes: Fakes, tmp_path: Path) -> None:
    script = written(kind, Launch(ODD, 1, 2, ("h200",)), tmp_path)[-1]
    variables = {"SLURM_JOB_NODELIST": "n", "SLURM_JOB_ID": "7"} if kind == "slurm" else {}
    done = fakes.bash(script.name, *(["train"] * (kind == "ray")), cwd=tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    assert fakes.calls[-1][:3] == ["axolotl", "train", ODD]
    assert not (tmp_path / "oops").exists()


def test_slurm_starts_one_task_a_node_that_meet_on_the_first_host(fakes: Fakes, tmp_path: Path) -> None:
    (script,) = written("slurm", FOUR, tmp_path)
    variables = {"SLURM_JOB_NODELIST": "node-[a-b]", "SLURM_JOB_ID": "1234567"}
    done = fakes.bash(script.name, cwd=tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    ranks = "--nnodes=4 --nproc_per_node=8"
    meet = "--rdzv_backend=c10d --rdzv_id=1234567 --rdzv_endpoint=node-a:24567"
    train = f"axolotl train my.yml --launcher torchrun -- {ranks} {meet}".split()
    assert fakes.calls == [["scontrol", "show", "hostnames", "node-[a-b]"], ["srun", *train], train]


def test_slurm_asks_for_the_nodes_and_invents_nothing_of_the_site(tmp_path: Path) -> None:
    (script,) = written("slurm", FOUR, tmp_path)
    text = script.read_text(encoding="utf-8")
    asked = dict(re.findall(r"^#SBATCH --([a-z-]+)=(.+)$", text, flags=re.MULTILINE))
    assert asked == {
        "job-name": "my", "nodes": "4", "ntasks-per-node": "1", "gpus-per-node": "8", "output": "%x-%j.out",
    }  # fmt: skip
    first_command = next(number for number, line in enumerate(text.splitlines()) if line and line[0] != "#")
    assert text.splitlines()[first_command:].count("#SBATCH") == 0


def test_ray_makes_the_cluster_and_trains_with_the_option(fakes: Fakes, tmp_path: Path) -> None:
    (script,) = written("ray", FOUR, tmp_path)
    calls = []
    for arguments in (["head"], ["worker", "10.0.0.4"], ["train"]):
        assert fakes.bash(script.name, *arguments, cwd=tmp_path).returncode == 0
        calls += [" ".join(call) for call in fakes.calls]
    assert calls == [
        "ray start --head --port=6379 --num-gpus=8",
        "ray start --address=10.0.0.4:6379 --num-gpus=8",
        "ray status",
        "axolotl train my.yml --use-ray",
    ]
    assert fakes.bash(script.name, "other", cwd=tmp_path).returncode == 2
    assert fakes.calls == []


@pytest.mark.timeout(1200)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
@pytest.mark.parametrize(
    ("launch", "kind"), [(FOUR, "MULTI_GPU"), (ONE, "MULTI_GPU"), (Launch("a b.yml", 1, 1, ()), "NO")]
)
def test_accelerate_takes_its_config_and_its_options(launch: Launch, kind: str, fakes: Fakes, tmp_path: Path) -> None:
    config, script = written("accelerate", launch, tmp_path)
    assert fakes.bash(script.name, *(["3", "10.0.0.4"] * (launch.nodes > 1)), cwd=tmp_path).returncode == 0
    (call,) = fakes.calls
    assert call[:6] == ["axolotl", "train", launch.config, "--launcher", "accelerate", "--"]
    read, options = accelerates.read(config, [*call[6:], "-m", "axolotl.cli.train", launch.config])
    assert (read["num_machines"], read["num_processes"]) == (launch.nodes, launch.total)
    assert (read["distributed_type"], read["mixed_precision"]) == (kind, launch.precision)
    assert options["config_file"] == config.name
    if launch.nodes > 1:
        assert (options["machine_rank"], options["main_process_ip"]) == (3, "10.0.0.4")


def task(launch: Launch) -> dict[str, Any]:
    (text,) = files("sky", launch, Plan()).values()
    found: dict[str, Any] = yaml.safe_load(text)
    Draft202012Validator(SKYPILOT["task"]).validate(found)
    Draft202012Validator(SKYPILOT["resources"]).validate(found["resources"])
    return found


@pytest.mark.parametrize("name", [None, *(name for name in gpus() if accelerators(name))])
def test_skypilot_has_a_schema_and_the_task_is_of_it(name: str | None) -> None:
    for nodes in (1, 4):
        found = task(Launch("my.yml", nodes, 8, (name,), need_bytes=2**34))
        assert found["num_nodes"] == nodes
        asked = found["resources"]["accelerators"]
        names = accelerators(name) if name else that_hold(2**34)
        assert asked == (f"{names[0]}:8" if len(names) == 1 else dict.fromkeys(names, 8))


def test_skypilot_runs_torchrun_on_every_node(fakes: Fakes, tmp_path: Path) -> None:
    run = task(FOUR)["run"].replace("source /workspace", "# source /workspace")
    variables = {
        "SKYPILOT_NODE_IPS": "10.0.0.4\n10.0.0.5", "SKYPILOT_NODE_RANK": "1", "SKYPILOT_NUM_GPUS_PER_NODE": "8",
    }  # fmt: skip
    done = fakes.run(["bash", "-c", run], tmp_path, variables)
    assert done.returncode == 0, done.stderr
    options = "--nnodes=4 --nproc_per_node=8 --node_rank=1 --master_addr=10.0.0.4 --master_port=29400"
    assert fakes.calls == [f"axolotl train my.yml --launcher torchrun -- {options}".split()]


def test_a_gpu_that_skypilot_has_no_name_for_is_said() -> None:
    with pytest.raises(InputError, match=r"SkyPilot has no name for rtx-4070-ti; it has [A-Z]"):
        task(Launch("my.yml", 1, 1, ("rtx-4070-ti",), need_bytes=2**33))
    with pytest.raises(InputError, match="no name for a GPU this large"):
        task(Launch("my.yml", 1, 1, (None,), need_bytes=2**40))
    with pytest.raises(InputError, match="has to know the GPU"):
        task(Launch("my.yml", 1, 1, (None,)))
    with pytest.raises(InputError, match="GPUs of one kind"):
        task(Launch("my.yml", 1, 2, ("t4", "l4")))


@pytest.mark.parametrize("config", ["/elsewhere/my.yml", "../my.yml", "a/../../my.yml"])
def test_skypilot_takes_only_what_goes_along(config: str) -> None:
    with pytest.raises(InputError, match="SkyPilot takes along the folder you are in"):
        files("sky", Launch(config, 1, 1, ("t4",)), Plan())


def test_a_gpu_of_the_right_size_is_asked_for_where_only_the_size_is_known() -> None:
    launch = launch_of(reviewed(QLORA, "2x24GiB"), "my.yml")
    assert launch.need_bytes is not None
    held = set(task(launch)["resources"]["accelerators"])
    large_enough = {
        name
        for row in gpus().values()
        if row.memory_bytes > launch.need_bytes and (row.compute_capability or (0, 0)) >= (8, 0)
        for name in accelerators(row.name)
    }
    assert held == large_enough
    assert "T4" not in held


def test_every_row_of_skypilot_names_a_gpu_of_the_catalogue() -> None:
    from wizard.knowledge.load import toml

    assert set(toml("skypilot")["accelerators"]) <= set(gpus())


def test_a_launch_is_of_the_reviewed_machine() -> None:
    launch = launch_of(reviewed(QLORA, "4x8xh100-80gb"), "-x.yml")
    assert (launch.nodes, launch.gpus, launch.total, launch.precision) == (4, 8, 32, "bf16")
    assert (launch.config, set(launch.names)) == ("./-x.yml", {"h100-80gb"})
    with pytest.raises(InputError, match="has to know the GPUs"):
        launch_of(reviewed(QLORA), "my.yml")


def test_the_title_suits_schedulers() -> None:
    titles = [Launch(name, 1, 1, ()).title for name in ("configs/my.yml", "a b.yaml", "8b.yml", "é.yml", "my.slurm")]
    assert titles == ["my", "a-b", "axolotl-8b", "axolotl", "my-slurm"]
    assert Launch("my.slurm", 1, 1, ()).beside("slurm") == "my.slurm.slurm"


def test_a_plan_for_ray_is_not_started_once_for_each_gpu() -> None:
    for kind in set(KINDS) - {"ray"}:
        with pytest.raises(InputError, match="use_ray: true"):
            files(kind, ONE, Plan({"use_ray": True}))
