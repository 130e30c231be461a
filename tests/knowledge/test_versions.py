"""What is known of each version of Axolotl, and what is held to be the same in all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.axolotl_versions.difference import PAGE, page
from scripts.axolotl_versions.messages import messages, texts
from scripts.axolotl_versions.ours import lines_of
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data, fields, find, plugin_classes, plugin_fields
from wizard.knowledge.axolotl.settings import attention, defaults, oldest_torch, plugin_module
from wizard.knowledge.axolotl.shapes import misfits, shaped
from wizard.knowledge.axolotl.versions import known, nearest

EACH = pytest.mark.parametrize("version", known(), ids=str)
OLD, NEW = Version(0, 19), Version(0, 21)


@EACH
def test_the_facts_are_of_that_version(version: Version) -> None:
    assert data(version)["package"].startswith(f"axolotl {version}.")
    assert len(fields(version)) > 390
    assert defaults(version).optimizer == "adamw_torch_fused"
    assert oldest_torch(version).startswith("2.")


@EACH
def test_what_settings_say_of_attention_holds(version: Version) -> None:
    said, own = attention(), data(version)["attention"]
    assert list(said.legacy.items()) == list(own["legacy"].items())
    for name in ("packs", "flash_library", "keeps_fp32_embeddings"):
        assert getattr(said, name) == set(own[name]), name


@EACH
def test_every_plugin_has_a_module(version: Version) -> None:
    for path in plugin_classes(version):
        assert plugin_module(path.split(".")[2], version) is not None, path


def test_versions_differ() -> None:
    assert find("fsdp", OLD)
    assert not find("fsdp", NEW)
    assert find("eval_on_start", NEW)
    assert not find("eval_on_start", OLD)
    assert "muon_8bit" in fields(NEW)["optimizer"].values
    assert "muon_8bit" not in fields(OLD)["optimizer"].values
    assert "diffusion_lm" in shaped(NEW)
    assert [one.wanted for one in misfits(shaped(NEW)["label_balance_window_optim_steps"], 0)] == ["at least 1"]
    assert "label_balance_window_optim_steps" not in shaped(OLD)


def test_a_plugin_that_is_always_loaded_has_its_fields_there() -> None:
    for name in ("expert_parallel_size", "context_parallel"):
        assert name in fields(NEW)
        assert name not in plugin_fields(NEW)
    assert "expert_parallel_size" in plugin_fields(OLD)
    assert "expert_parallel_size" not in fields(OLD)


def test_a_plan_of_an_unknown_version_is_read_by_a_known_one() -> None:
    assert nearest(Version(0, 18)) == known()[0]
    assert Plan({}, axolotl=Version(0, 30)).axolotl == Version(0, 30)


def test_the_page_of_differences_is_that_of_the_facts() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m scripts.axolotl_versions`"


def test_what_a_release_says_is_read_off_its_source(tmp_path: Path) -> None:
    place = tmp_path / "axolotl" / "utils" / "schemas"
    place.mkdir(parents=True)
    (place / "one.py").write_text(
        'def check(a):\n    if a:\n        raise ValueError(f"no {a} " "here")\n    LOG.warning("mind " + "it")\n'
    )
    assert messages(tmp_path) == ["mind it", "no {} here"]
    assert "no {} here" in texts(tmp_path)


def test_a_cited_line_is_found_again(tmp_path: Path) -> None:
    for name, text in (("old", "a\nb\nc\n"), ("new", "a\nx\nb\n")):
        (tmp_path / name).write_text(text)
    assert lines_of(tmp_path / "old", tmp_path / "new") == {1: 1, 2: 3}
    assert lines_of(tmp_path / "old", tmp_path / "none") == {}
