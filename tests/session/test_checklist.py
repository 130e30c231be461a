"""What has to be there before a written file runs, and whether it is."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from wizard.domain.checklist import Checked
from wizard.domain.version import Version
from wizard.knowledge.gpus import named_machine
from wizard.output.text.checklist import checklist_lines, checklist_title
from wizard.review import Review, review
from wizard.session.checklist import checked
from wizard.world.models import resolve
from wizard.world.presets import preset

ALL = {
    "axolotl": "0.21.0", "flash-attn": "2.8.3", "deepspeed": "0.19.0", "axolotl-ringmaster": "0.2.6",
    "cut-cross-entropy": "25.1", "vllm": "0.30.0", "math-verify": "0.8",
}  # fmt: skip


@dataclass
class Place:
    """A machine with these packages, files and bytes."""

    packages: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    token: bool = False
    free: int | None = 10**13
    models: tuple[str, ...] = ()

    def installed(self, package: str) -> str | None:
        return self.packages.get(package)

    def exists(self, path: str) -> bool:
        return path in self.files

    def logged_in(self) -> bool:
        return self.token

    def free_disk(self, path: str) -> int | None:
        return self.free

    def cached(self, name: str) -> bool:
        return name in self.models

    def cache_folder(self) -> str:
        return "/cache"


def reviewed(name: str, version: str = "0.21", **changes: object) -> Review:
    one = preset(name)
    major, minor = version.split(".")
    plan = one.plan.changed(changes).for_axolotl(Version(int(major), int(minor)))
    return review(plan, resolve(str(plan["base_model"])), named_machine(str(one.gpu)))


def marks(found: tuple[Checked, ...]) -> dict[str, str]:
    return {
        one.need.package or one.need.file or ("login" if one.need.login else one.need.name): one.mark for one in found
    }


@pytest.mark.parametrize(
    ("name", "version", "needs"),
    [
        ("qlora-24gb", "0.21", {"axolotl", "flash-attn"}),
        ("full-24gb", "0.19", {"axolotl", "flash-attn"}),
        ("fp8-hopper", "0.21", {"axolotl"}),
        ("zero3-full-8x80gb", "0.21", {"axolotl", "flash-attn", "deepspeed", "deepspeed_configs/zero3_bf16.json"}),
        ("context-parallel-32k-8x80gb", "0.21", {"axolotl", "flash-attn", "axolotl-ringmaster", "cut-cross-entropy"}),
        ("context-parallel-32k-8x80gb", "0.19", {"axolotl", "flash-attn", "ring-flash-attn", "cut-cross-entropy"}),
        ("grpo-lora-80gb", "0.21", {"axolotl", "flash-attn", "vllm", "math-verify"}),
    ],
)
def test_what_is_needed_follows_from_the_file(name: str, version: str, needs: set[str]) -> None:
    found = marks(checked(reviewed(name, version), Place(ALL)))
    assert {one for one in found if one not in ("/cache", f"./outputs/{name}")} == needs


def test_what_is_there_is_marked_so_and_what_is_not_is_missing() -> None:
    here = Place({"axolotl": "0.21.0"}, free=10**9)
    found = marks(checked(reviewed("zero3-full-8x80gb"), here))
    assert found["axolotl"] == "have"
    assert found["deepspeed"] == found["deepspeed_configs/zero3_bf16.json"] == "missing"
    assert found["flash-attn"] == "unknown"  # the kernels hub may have a build
    assert found["/cache"] == found["./outputs/zero3-full-8x80gb"] == "missing"
    there = Place(ALL, ("deepspeed_configs/zero3_bf16.json",), models=("Qwen/Qwen3-14B",))
    assert set(marks(checked(reviewed("zero3-full-8x80gb"), there)).values()) == {"have"}
    assert "/cache" not in marks(checked(reviewed("zero3-full-8x80gb"), there))


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({"plugins": ["axolotl.integrations.lm_eval.LMEvalPlugin"], "lm_eval_tasks": ["gsm8k"]}, {"lm-eval"}),
        ({"plugins": ["axolotl.integrations.lm_eval.LMEvalPlugin"], "lm_eval_post_train": False}, set()),
        ({"plugins": ["axolotl.integrations.densemixer.DenseMixerPlugin"], "dense_mixer": True}, {"densemixer"}),
        ({"plugins": ["axolotl.integrations.densemixer.DenseMixerPlugin"]}, set()),
        ({"plugins": ["axolotl.integrations.swanlab.SwanLabPlugin"], "swanlab_project": "mine"}, {"swanlab"}),
        ({"plugins": ["axolotl.integrations.swanlab.SwanLabPlugin"], "use_swanlab": False}, set()),
        ({"base_model": "google/gemma-3n-E2B-it"}, {"timm"}),
    ],
)
def test_a_plugin_or_an_architecture_brings_its_package(changes: dict[str, object], needs: set[str]) -> None:
    bare = preset("qlora-24gb").plan
    plain, listed = (marks(checked(review(one, None, None), Place(ALL))) for one in (bare, bare.changed(changes)))
    assert listed.keys() - plain.keys() == needs


def test_where_axolotl_is_not_installed_nothing_is_called_missing() -> None:
    found = marks(checked(reviewed("zero3-full-8x80gb"), Place(free=10**9)))
    assert set(found.values()) == {"unknown"}


def test_a_gated_model_asks_for_a_login() -> None:
    gated = reviewed("qlora-24gb", base_model="meta-llama/Llama-3.1-8B")
    assert marks(checked(gated, Place(ALL)))["login"] == "missing"
    assert marks(checked(gated, Place(ALL, token=True)))["login"] == "have"
    copied = reviewed("qlora-24gb", base_model="NousResearch/Meta-Llama-3.1-8B")
    assert "login" not in marks(checked(copied, Place(ALL)))


def test_the_commands_are_those_of_the_version() -> None:
    old = {one.need.package: one.need.command for one in checked(reviewed("long-lora-80gb", "0.19"), Place(ALL))}
    new = {one.need.package: one.need.command for one in checked(reviewed("long-lora-80gb", "0.21"), Place(ALL))}
    assert "ml-cross-entropy.git@4dfa522" in old["cut-cross-entropy"]
    assert "ml-cross-entropy.git@v0.1.1" in new["cut-cross-entropy"]
    assert (old["axolotl"], new["axolotl"]) == ('pip install "axolotl==0.19.0"', 'pip install "axolotl==0.21.0"')


def test_free_disk_that_can_not_be_told_is_unknown() -> None:
    assert marks(checked(reviewed("full-24gb"), Place(ALL, free=None)))["/cache"] == "unknown"


def test_as_text_what_is_missing_comes_first_with_its_command_and_what_is_there_last() -> None:
    found = checked(reviewed("zero3-full-8x80gb"), Place({"axolotl": "0.21.0"}))
    lines = checklist_lines(found)
    assert checklist_title(found) == "Before it runs (✗ is missing here, ? is not known):"
    assert lines[:2] == ["✗ deepspeed", '    pip install --no-build-isolation "axolotl[deepspeed]"']
    assert lines[2:4] == ["✗ deepspeed_configs/zero3_bf16.json", "    axolotl fetch deepspeed_configs"]
    assert lines[4].startswith("? flash-attn (without it")
    assert lines[-1].startswith("✓ Axolotl 0.21 (0.21.0), 27.5 GiB of disk for Qwen/Qwen3-14B (")
    whole = checked(reviewed("full-24gb"), Place(ALL))
    assert checklist_title(whole) == "What it needs is there:"
    assert len(checklist_lines(whole)) == 1
    elsewhere = checked(reviewed("full-24gb"), Place())
    assert checklist_title(elsewhere) == "Before it runs (? could not be tried here):"


def rewarded(*functions: str, kind: str | None = None) -> Review:
    """A plan of rewards, with these functions and this type of its rows."""
    plan = preset("qlora-24gb").plan.changed({"rl": "grpo", "trl": {"reward_funcs": [*functions]}})
    return review(plan.changed({"datasets": [{"path": "p.jsonl", **({"type": kind} if kind else {})}]}), None, None)


def test_functions_of_rewards_are_the_persons_own_and_an_example_is_made_beside_nothing(tmp_path: Path) -> None:
    (one,) = (found for found in checked(rewarded("rewards.length"), Place(ALL)) if found.need.file == "rewards.py")
    assert (one.mark, one.need.name) == ("missing", "rewards.py with `length` where the run is started")
    assert max(map(len, one.need.command.splitlines())) < 74  # beside its indent, on 80 columns
    subprocess.run(one.need.command, shell=True, check=True, cwd=tmp_path)
    made: dict[str, Any] = {}
    exec((tmp_path / "rewards.py").read_text(encoding="utf-8"), made)
    assert made["length"](completions=["ab", [{"role": "assistant", "content": "c"}]], prompts=[])[0] == 2.0
    there = checked(rewarded("rewards.length"), Place(ALL, files=("rewards.py",)))
    assert marks(there)["rewards.py"] == "have"
    elsewhere = checked(rewarded("rewards.length"), Place())
    assert marks(elsewhere)["rewards.py"] == "unknown"


@pytest.mark.parametrize(
    ("functions", "kind", "files"),
    [
        (("trl.rewards.accuracy_reward", "owner/judge", "vllm.score"), None, set()),
        (("mine.scores.length", "other.right"), None, {"mine", "other.py"}),
        (("owner/judge",), "rewards.prompts", {"rewards.py"}),
    ],
)
def test_only_the_modules_of_the_person_are_looked_for(
    functions: tuple[str, ...], kind: str | None, files: set[str]
) -> None:
    found = checked(rewarded(*functions, kind=kind), Place(ALL))
    assert {one.need.file for one in found if one.need.file} == files


def test_outside_of_rewards_a_dotted_type_is_none_of_them() -> None:
    plan = preset("qlora-24gb").plan.changed({"rl": "dpo", "datasets": [{"path": "p", "type": "chatml.intel"}]})
    assert not {one.need.file for one in checked(review(plan, None, None), Place(ALL)) if one.need.file}
