"""`--axolotl`: which version a config is for, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.cli.configs import GOOD
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import known, newest

OLDEST, LAST = known()[0], known()[-1]
BETWEEN = f"memwizard knows {OLDEST} to {LAST}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config, and no Axolotl installed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MEMWIZARD_AXOLOTL")
    monkeypatch.setattr("wizard.world.installed.installed_axolotl", lambda: None)
    (tmp_path / "my.yml").write_text(GOOD)
    return tmp_path


def version(*options: str) -> tuple[str, str]:
    """The version that `check` judges by, and what it says on stderr."""
    done = run("check", "my.yml", "--gpu", "rtx-4090", "--format", "json", *options)
    assert done.code == 0, done.err
    return json.loads(done.out)["axolotl"], done.err


def test_the_newest_where_nothing_says(here: Path) -> None:
    assert version() == (str(newest()), "")
    assert version("--axolotl", "newest") == (str(newest()), "")


@pytest.mark.parametrize("one", known(), ids=str)
def test_each_that_is_known(here: Path, one: Version) -> None:
    for text in (str(one), f"{one}.0", f"v{one}.3"):
        assert version("--axolotl", text) == (str(one), "")


def test_what_beats_what(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.world.installed.installed_axolotl", lambda: "0.20.0")
    assert version() == ("0.20", "")
    monkeypatch.setenv("MEMWIZARD_AXOLOTL", "0.19")
    assert version() == ("0.19", "")
    assert version("--axolotl", "0.21") == ("0.21", "")


def test_a_version_without_facts_is_read_as_the_nearest(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = f"memwizard: Axolotl 0.5 is not known; {BETWEEN}; read as {OLDEST}\n"
    assert version("--axolotl", "0.5.2") == (str(OLDEST), old)
    monkeypatch.setattr("wizard.world.installed.installed_axolotl", lambda: "9.1.0")
    new = f"memwizard: Axolotl 9.1, which is installed here, is not known; {BETWEEN}; read as {LAST}\n"
    assert version() == (str(LAST), new)


@pytest.mark.parametrize("text", ["new", "21", "", "0.21; rm", "0.x"])
@pytest.mark.parametrize(
    "command",
    [
        ("check", "my.yml"),
        ("estimate", "my.yml"),
        ("generate", "--preset", "qlora-24gb"),
        ("fit", "my.yml"),
        ("data", "my.yml"),
        ("wizard", "--plain"),
    ],
    ids=lambda command: command[0],
)
def test_a_text_that_is_no_version(here: Path, command: tuple[str, ...], text: str) -> None:
    done = run(*command, "--axolotl", text)
    wanted = f"memwizard: `--axolotl` takes a version such as {newest()}, or `newest`, not '{text}'\n"
    assert (done.code, done.out, done.err) == (2, "", wanted)


def test_what_is_written_names_it(here: Path) -> None:
    done = run("generate", "--preset", "zero3-full-8x80gb", "--gpu", "8xh100-80gb", "--axolotl", "0.20",
               "--launch", "slurm", "-o", "new.yml")  # fmt: skip
    assert "for Axolotl 0.20." in (here / "new.yml").read_text()
    assert "for Axolotl 0.20:" in (here / "new.slurm").read_text(), done.err


def test_what_is_told_names_it(here: Path) -> None:
    assert "Axolotl 0.20" in run("estimate", "my.yml", "--gpu", "rtx-4090", "--axolotl", "0.20").out
    assert "1 file, Axolotl 0.20: " in run("check", "my.yml", "--gpu", "rtx-4090", "--axolotl", "0.20").out
    row = json.loads(run("estimate", "my.yml", "--gpu", "rtx-4090", "--axolotl", "0.20", "--json").out)
    assert row["axolotl"] == "0.20"


def test_a_field_is_looked_for_in_that_version(here: Path) -> None:
    new = ("generate", "--preset", "qlora-24gb", "--gpu", "rtx-4090", "--set", "eval_on_start=true")
    assert run(*new, "--axolotl", "0.21").code == 0
    assert "Axolotl 0.19 has no field 'eval_on_start'." in run(*new, "--axolotl", "0.19").err
