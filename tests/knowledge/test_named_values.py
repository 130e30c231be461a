"""Values that Axolotl's schema only calls text are listed, wherever a key is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import run
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import find_key
from wizard.knowledge.axolotl.versions import known
from wizard.knowledge.schedulers import schedulers
from wizard.questions.every_key import one
from wizard.ui.screens.key import choices


@pytest.mark.parametrize("version", known(), ids=str)
@pytest.mark.parametrize(
    ("path", "among"),
    [
        ("lr_scheduler", "one_cycle"), ("optimizer", "adamw_8bit"), ("adapter", "qlora"),
        ("attn_implementation", "flash_attention_2"),
    ],
)  # fmt: skip
def test_names_are_told_and_can_be_chosen(path: str, among: str, version: Version) -> None:
    key = find_key(path, version)
    assert key is not None
    assert f"'{among}'" in key.wanted()
    assert among in choices(one(Plan({}, axolotl=version), path))
    assert len(set(key.listed)) == len(key.listed)


@pytest.mark.parametrize("wrong", ["wsd", "cosin"])
def test_an_unknown_schedule_names_the_nearest_or_all(wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "my.yml"
    file.write_text(f"base_model: x\nlr_scheduler: {wrong}\n", encoding="utf-8")
    found = next(row for row in run("check", file, "--format", "json").row()["findings"] if row["code"] == "MW582")
    named = [name for name in schedulers() if name in found["message"]]
    assert named == (["cosine"] if wrong == "cosin" else list(schedulers()))
