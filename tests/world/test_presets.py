"""The presets that come along, and a person's own before them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.domain.errors import InputError
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.gpus import named_machine
from wizard.world.models import resolve
from wizard.world.places import presets_folder
from wizard.world.presets import own, preset, presets, shipped

FIRST = [
    *("qlora-12gb", "qlora-24gb", "lora-24gb", "lora-80gb", "full-24gb", "full-80gb"),
    *("fp8-hopper", "dpo-qlora-24gb", "fsdp2-qlora-2x24gb", "zero3-full-8x80gb"),
]
"""Those of the first version: people's scripts name them."""
NAMES = [one.name for one in shipped()]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's folder of presets, empty."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "memwizard" / "presets"
    folder.mkdir(parents=True)
    return folder


def test_the_first_ones_stay_in_their_order() -> None:
    assert [one.name for one in presets() if one.name in FIRST] == FIRST


def test_every_file_is_in_the_index_and_no_name_is_there_twice() -> None:
    files = {path.stem for path in (Path(__file__).parents[2] / "presets").glob("*.y*ml")}
    assert files - set(NAMES) == set(), "give each a row in presets/index.toml"
    assert len(NAMES) == len(files)


@pytest.mark.parametrize("name", NAMES)
def test_each_has_its_index_data_and_known_fields(name: str) -> None:
    one = preset(name)
    assert one.title
    assert one.for_whom
    assert (one.axolotl, one.own) == (str(newest()), False)
    assert one.gpu is not None
    assert one.model is not None
    assert one.model == one.plan["base_model"]
    assert named_machine(one.gpu).gpus, "`gpu` of the index is what --gpu takes"
    assert resolve(one.model).parameters > 0
    assert [key for key in one.plan if find(key, newest()) is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_each_writes_out_what_memory_depends_on(name: str) -> None:
    plan = preset(name).plan
    for key in ("sequence_len", "micro_batch_size", "gradient_accumulation_steps", "optimizer", "bf16", "val_set_size"):
        assert key in plan, f"{name}.yml leaves {key} to Axolotl's default"


def test_the_gpu_counts_of_the_several_gpu_presets() -> None:
    assert named_machine(preset("fsdp2-qlora-2x24gb").gpu or "").count == 2
    assert named_machine(preset("zero3-full-8x80gb").gpu or "").count == 8


def test_a_name_is_found_whatever_its_case_and_a_wrong_one_names_the_nearest() -> None:
    assert preset("QLoRA-24GB").name == "qlora-24gb"
    with pytest.raises(InputError, match=r"no preset 'qlora-24'\. Did you mean 'qlora-24gb'\?"):
        preset("qlora-24")


def test_without_a_folder_of_ones_own_there_are_the_shipped_ones() -> None:
    assert not presets_folder().exists()
    assert own() == ()
    assert presets() == shipped()


def test_the_folder_is_in_the_home_without_the_variable(own_home: Path) -> None:
    assert presets_folder().is_relative_to(own_home)


def test_ones_own_come_first(mine: Path) -> None:
    (mine / "zeta.yml").write_text("base_model: org/model\nmicro_batch_size: 2\n", encoding="utf-8")
    (mine / "alpha.yaml").write_text("micro_batch_size: 3\n", encoding="utf-8")
    assert [one.name for one in presets()] == ["alpha", "zeta", *NAMES]
    zeta = preset("ZETA")
    assert (zeta.own, zeta.model, zeta.gpu, zeta.axolotl) == (True, "org/model", None, None)
    assert zeta.plan["micro_batch_size"] == 2
    assert zeta.for_whom == str(mine / "zeta.yml")
    assert preset("alpha").model is None


def test_ones_own_hides_the_shipped_one_of_its_name(mine: Path) -> None:
    (mine / "qlora-24gb.yml").write_text("base_model: mine/mine\n", encoding="utf-8")
    found = presets()
    assert [one.name for one in found].count("qlora-24gb") == 1
    assert (found[0].name, found[0].own) == ("qlora-24gb", True)
    assert preset("qlora-24gb").model == "mine/mine"
    assert len(found) == len(NAMES)


def test_a_broken_one_does_not_break_the_list(mine: Path) -> None:
    (mine / "broken.yml").write_text("a: [1", encoding="utf-8")
    (mine / "list.yml").write_text("- 1", encoding="utf-8")
    (mine / "wrong.yml").write_text("micro_batch_size: many", encoding="utf-8")
    (mine / "bytes.yml").write_bytes(b"\xff\xfe")
    (mine / "folder.yml").mkdir()
    (mine / "dangling.yml").symlink_to("nothing.yml")
    os.mkfifo(mine / "pipe.yml")
    (mine / "good.yml").write_text("base_model: org/model\n", encoding="utf-8")
    assert [one.name for one in own()] == ["good"]
    assert [one.name for one in presets()] == ["good", *NAMES]


def test_other_files_are_no_presets(mine: Path) -> None:
    for name in ("notes.txt", "my.yml.bak1", "yml", "my.json"):
        (mine / name).write_text("base_model: x\n", encoding="utf-8")
    assert own() == ()


def test_a_preset_that_is_changed_is_read_again(mine: Path) -> None:
    for size in (1, 2):
        (mine / "my.yml").write_text(f"micro_batch_size: {size}\n", encoding="utf-8")
        assert preset("my").plan["micro_batch_size"] == size
