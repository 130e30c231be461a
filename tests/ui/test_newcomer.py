"""A newcomer with a file of conversations on a 12 GB card, by keys alone, counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.faces import files, shown
from tests.data.test_faces import TOLD
from tests.ui.apps import Whole, digit, until, values
from tests.ui.test_every_key import keys_of
from wizard.cli.outside import RealOutside
from wizard.session.opening import Opening
from wizard.ui.screens.written import WrittenScreen
from wizard.world.presets import preset
from wizard.world.recorded import recorded

MESSAGES = next(one for one, _ in files(large=False) if one.id == "messages.jsonl")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_a_file_of_messages_becomes_a_file_that_trains_in_under_15_keys_and_its_path(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    MESSAGES.put(tmp_path)
    start = Opening(preset("qlora-24gb").plan, recorded("rtx-3060-12gb"), "qlora-24gb", "mine.yml", chosen=False)
    app = Whole(start, RealOutside())
    async with app.run_test(size=size) as pilot:
        keys = [digit("data"), "ctrl+u", *keys_of(MESSAGES.name), "enter"]
        await pilot.press(*keys)
        await until(pilot, lambda: "chat_template" in json.dumps(values(app).get("datasets")))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        assert len(keys) + 1 - len(MESSAGES.name) < 15
        found = app.wizard.session.review
    assert found.fit == "fits"
    assert [one.code for one in found.findings if one.severity == "error"] == []
    told = TOLD["sound messages.jsonl"]
    assert told["run"] == {"generate": "works"}  # of the file that generate writes, which names the same for its data
    assert shown(Path("mine.yml").read_text(encoding="utf-8"), MESSAGES) == told["generate"]
