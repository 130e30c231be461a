"""Defects that were found once in what touches the outside: each stays mended."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world.test_atomic import full, inside
from tests.world.test_probe import WHOLE, Driver, refused
from tests.world.test_yamlfile import PIECES, is_one_sentence, outcome
from tests.world.test_yamlfile import refused as refusal
from wizard.domain.errors import InputError
from wizard.knowledge.gpus import named_machine
from wizard.world import atomic, probe
from wizard.world.models import resolve
from wizard.world.presets import own, preset, presets

# --- D1: explicit tags let PyYAML's own errors through


@pytest.mark.parametrize(
    "tagged", ['!!int ""', '!!float ""', "!!bool maybe", "!!timestamp soon", "!!int x", "!!float x"]
)
def test_d1_a_tag_that_does_not_hold(tagged: str) -> None:
    for text in (f"a: 1\nb: {tagged}", f"a: 1\n{tagged}: b"):
        error = refusal(text)
        assert error.line == 2
        assert "not valid YAML" in error.message


def test_d1_a_set_is_no_mapping() -> None:
    assert refusal("!!set {a, b}").line == 1


TAGGED = st.one_of(
    PIECES,
    st.sampled_from(
        ["!!int ", "!!float ", "!!bool ", "!!timestamp ", "!!binary ", "!!set ", "!!pairs ", "0x" + "f" * 5000]
    ),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(TAGGED, max_size=12).map("".join))
def test_d1_any_text_with_tags(text: str) -> None:
    assert is_one_sentence(outcome(text))


# --- D2: numbers of more digits than Python prints


@pytest.mark.parametrize("key", ["micro_batch_size", "adapter", "my_own"])
def test_d2_a_hexadecimal_number_without_end(key: str) -> None:
    assert refusal(f"a: 1\n{key}: 0x{'f' * 5000}").line == 2


@pytest.mark.parametrize("value", ["9" * 5000, "2024-99-99", "0b_"])
def test_d2_the_line_of_a_number_or_date_that_is_none(value: str) -> None:
    error = refusal(f"a: 1\nb: {value}")
    assert error.line == 2
    assert "sys.set_int_max_str_digits" not in error.message


@pytest.mark.parametrize("text", ["a: 1\nb: x\x00", "a: é\nb: x\x07"])
def test_d2_the_line_of_a_character_that_may_not_be(text: str) -> None:
    assert refusal(text).line == 2


# --- D3: the probe may raise


@pytest.mark.parametrize("noise", ["5", '"text"', "[1]", "null", "true"])
def test_d3_json_that_is_no_answer_is_passed_over(noise: str) -> None:
    machine = probe.probe({}, command=["sh", "-c", f"echo '{noise}'; echo '{{\"failed\": 12}}'"])
    assert machine.notes == ("no NVIDIA driver is installed here",)


def test_d3_bytes_that_are_no_text_are_passed_over() -> None:
    machine = probe.probe({}, command=["sh", "-c", "printf '\\377\\n'; echo '{\"failed\": 12}'"])
    assert machine.notes == ("no NVIDIA driver is installed here",)


@pytest.mark.parametrize("name", ["json.py", "pynvml.py", "wizard/__init__.py"])
def test_d3_files_of_the_current_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nraise SystemExit(0)\n")
    monkeypatch.chdir(tmp_path)
    machine = probe.probe({})
    assert not (tmp_path / "ran").exists()
    assert machine.notes != ("the NVIDIA driver runs but shows no GPU",)


# --- D4: nvml.py


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    return Driver(tmp_path, monkeypatch)


def test_d4_a_count_that_is_refused_is_not_zero(asked: Driver) -> None:
    (note,) = asked({}, count=refused(4)).notes
    assert "no permission" in note


def test_d4_a_gpu_lost_between_two_calls_is_said(asked: Driver) -> None:
    lost = dict.fromkeys(("name", "uuid", "memory", "memory_v2", "capability"), refused(15))
    machine = asked({}, lost)
    assert any("fallen off the bus" in note for note in machine.notes)


def test_d4_slices_of_one_gpu_are_not_unlike_gpus(asked: Driver) -> None:
    def instance(name: str, number: int) -> dict[str, Any]:
        return {**WHOLE, "name": f"NVIDIA H200 MIG {name}", "uuid": f"MIG-{number}", "instance": number}

    machine = asked({"mig": [1, 1], "slots": 7}, slots={"0/0": instance("3g.71gb", 1), "0/1": instance("1g.18gb", 2)})
    assert not any("unlike GPUs" in note for note in machine.notes)


# --- D5: atomic.write


def test_d5_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.yml").symlink_to("a.yml")
    with pytest.raises(InputError, match=r"a\.yml: "):
        atomic.write(tmp_path / "a.yml", "new")


def test_d5_a_folder_that_may_not_be_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", refuse)
        with pytest.raises(InputError, match="can't be written: Permission denied"):
            atomic.write(tmp_path / "a.yml", "new")


def test_d5_a_full_disk_leaves_no_half_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my.yml").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError):
        atomic.write(tmp_path / "my.yml", "new")
    assert inside(tmp_path) == {"my.yml": "old"}


def test_d5_what_is_no_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, `atomic.write(Path('/dev/null'), ...)` would put a file in its place."""
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"")  # or the backup would wait for ever
    with pytest.raises(InputError, match="not a regular file"):
        atomic.write(tmp_path / "pipe", "new")
    assert not (tmp_path / "pipe").is_file()


# --- D6: models, presets, machines named


@pytest.mark.parametrize("name", ["~nosuchuser/model", "~nosuchuser"])
def test_d6_the_home_of_nobody(name: str) -> None:
    with pytest.raises(InputError, match="neither in the catalogue nor a folder"):
        resolve(name)


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "memwizard" / "presets"
    folder.mkdir(parents=True)
    return folder


def test_d6_a_preset_folder_that_may_not_be_read(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "glob", refuse)
    assert own() == ()


def test_d6_ones_own_hides_the_shipped_one_whatever_the_case(mine: Path) -> None:
    (mine / "QLoRA-24GB.yml").write_text("base_model: mine/mine\n")
    assert preset("qlora-24gb").own
    assert [one.name.lower() for one in presets()].count("qlora-24gb") == 1


def test_d6_a_broken_preset_of_ones_own_is_named_when_asked_for(mine: Path) -> None:
    (mine / "broken.yml").write_text("a: 1\nb: [\n")
    with pytest.raises(InputError, match=r"broken\.yml:3: not valid YAML"):
        preset("broken")


@pytest.mark.parametrize("text", ["9" * 400 + "GiB", "9" * 5000 + "xrtx-4090", "9" * 5000 + "GiB", "9" * 30 + "GiB"])
def test_d6_a_gpu_beyond_all_bounds(text: str) -> None:
    with pytest.raises(InputError):
        named_machine(text)
