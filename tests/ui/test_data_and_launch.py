"""F6 and F7: the data, and what starts the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.ui.apps import change, hint, until, values, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.errors import InputError
from wizard.session.filing import shown_file
from wizard.ui.screens.confirm import ConfirmScreen
from wizard.ui.screens.data import DataScreen
from wizard.ui.screens.file import FileScreen
from wizard.ui.screens.launch import LaunchScreen

KINDS = {
    "accelerate": ".accelerate.yaml",
    "torchrun": ".torchrun.sh",
    "ray": ".ray.sh",
    "slurm": ".slurm",
    "sky": ".sky.yaml",
}


async def test_the_rows_of_a_local_file_are_told(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"instruction": "a", "output": "b c d"}\n' * 50, encoding="utf-8")
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        state = app.wizard.session.state.with_fields({"datasets": [{"path": str(rows), "type": "alpaca"}]})
        change(app, state, "data")
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and "50 rows" in str(app.screen.text))
        assert "step an epoch" in str(app.screen.text)  # type: ignore[attr-defined]
        assert "hours on RTX 4090" in str(app.screen.text)  # type: ignore[attr-defined]


async def test_a_length_that_suits_the_rows_is_taken_with_enter(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"instruction": "a", "output": "%s"}\n' % ("word " * 600) * 500, encoding="utf-8")
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        state = app.wizard.session.state.with_fields({"datasets": [{"path": str(rows), "type": "alpaca"}]})
        change(app, state, "data")
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and app.screen.advice)
        one = app.screen.advice[0]  # type: ignore[attr-defined]
        assert one.changes == {"sequence_len": 1024}
        assert one.says == "sequence_len 1024: keeps all of the rows whole"
        await pilot.press("enter")
        await until(pilot, lambda: values(app)["sequence_len"] == 1024)
        assert app.screen is app.wizard
        await pilot.press("ctrl+z")
        assert values(app)["sequence_len"] == 2048


async def test_the_file_is_shown_to_the_letter_copied_and_saved_under_another_name(tmp_path: Path) -> None:
    app = wizard(target=tmp_path / "a.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await until(pilot, lambda: isinstance(app.screen, FileScreen))
        assert isinstance(app.screen, FileScreen)
        text = shown_file(app.wizard.session)
        assert str(app.screen.text) == text.rstrip("\n")
        await pilot.press("c")
        assert app.clipboard == text
        await pilot.press("s")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "target")
        app.wizard.query_one("#target", Input).value = str(tmp_path / "b.yml")
        await pilot.press("enter")
        await until(pilot, (tmp_path / "b.yml").exists)
        assert (tmp_path / "b.yml").read_text(encoding="utf-8") == text


async def test_what_is_not_here_is_said_so() -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and "not a file" in str(app.screen.text))


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_is_written_beside_the_config(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # SkyPilot takes this folder along
    app = wizard(demo="2xa100-80gb", name="fsdp2-qlora-2x24gb", target="my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, LaunchScreen))
        await pilot.press(*["down"] * list(KINDS).index(kind), "enter")
        await until(pilot, lambda: "Start it with: " in hint(app))
        written = [path.name for path in tmp_path.iterdir()]
        assert f"my{KINDS[kind]}" in written
        assert ("use_ray" in values(app)) == (kind == "ray")
        assert "Write the config too" in hint(app)


async def test_an_existing_file_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "my.slurm").write_text("mine", encoding="utf-8")
    app = wizard(target=tmp_path / "my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7", *["down"] * 3, "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("n")
        await until(pilot, lambda: app.screen is app.wizard)
        assert (tmp_path / "my.slurm").read_text(encoding="utf-8") == "mine"


async def test_without_a_gpu_there_is_one_sentence(tmp_path: Path) -> None:
    app = wizard(demo="no-gpu", target=tmp_path / "my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        await until(pilot, lambda: "name one at step 1" in hint(app))
        assert not list(tmp_path.iterdir())


async def test_where_one_file_can_not_be_written_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.accelerate.sh").mkdir()
    app = wizard(demo="2xa100-80gb", name="fsdp2-qlora-2x24gb", target="my.yml")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, LaunchScreen))
        await pilot.press("enter")
        await until(pilot, lambda: hint(app).startswith("✗ my.accelerate.sh: "))
        assert [path.name for path in tmp_path.iterdir()] == ["my.accelerate.sh"]


class Full(RealOutside):
    """A disk with room for one more file."""

    def write(self, path: str, text: str) -> Path | None:
        if path.endswith(".sh"):
            raise InputError("can't be written: no space left on device", file=path)
        return super().write(path, text)


async def test_what_was_written_before_a_failure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = wizard(demo="2xa100-80gb", name="fsdp2-qlora-2x24gb", target="my.yml", outside=Full())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, LaunchScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "✗ my.accelerate.sh: " in hint(app))
        assert hint(app).endswith("; written before: my.accelerate.yaml")
        assert (tmp_path / "my.accelerate.yaml").exists()
