"""After writing, the screen tells what has to be there."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

from tests.ui.apps import until, wizard
from wizard.cli.outside import RealOutside
from wizard.ui.screens.written import WrittenScreen


class WithAxolotl(RealOutside):
    """A machine that has Axolotl and nothing else."""

    def installed(self, package: str) -> str | None:
        return "0.21.0" if package == "axolotl" else None

    def exists(self, path: str) -> bool:
        return False


async def test_what_is_missing_is_listed_with_its_command(tmp_path: Path) -> None:
    app = wizard(name="zero3-full-8x80gb", demo="2xa100-80gb", target=tmp_path / "a.yml", outside=WithAxolotl())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, WrittenScreen))
        text = "\n".join(str(widget.content) for widget in app.screen.query(Static))
        assert "✗ deepspeed_configs/zero3_bf16.json\n    axolotl fetch deepspeed_configs" in text
        assert '✗ deepspeed\n    pip install --no-build-isolation "axolotl[deepspeed]"' in text
        assert "✓ Axolotl 0.21 (0.21.0)" in text
        assert app.screen.query_one("VerticalScroll").region.bottom <= 24
