"""A model that is found nowhere here, on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.ui.apps import hint, on_screen, own_wizard, until, values, wizard
from wizard.cli.outside import RealOutside
from wizard.domain.model import Model
from wizard.knowledge.models.catalogue import built
from wizard.ui.messages import ModelChosen
from wizard.ui.screens.stranger import StrangerScreen

SIZE = (80, 24)


class Asked(RealOutside):
    """A hub that knows `acme/there` and refuses the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def look_up(self, name: str) -> tuple[Model | None, str | None]:
        self.names.append(name)
        return (built("Qwen/Qwen3-4B"), None) if name == "acme/there" else (None, f"the model '{name}' is gated")


async def test_a_size_in_its_name_is_one_more_enter_away() -> None:
    app = wizard(start="model")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"acme/secret-7b", "enter")
        await until(pilot, lambda: isinstance(app.screen, StrangerScreen))
        assert "--hub" not in "\n".join(on_screen(app))
        assert values(app)["base_model"] == "Qwen/Qwen3-8B"
        await pilot.press("enter")
        await until(pilot, lambda: values(app)["base_model"] == "acme/secret-7b")
        assert "The model is now acme/secret-7b (about 7B)." in hint(app)
        assert app.wizard.session.review.estimate is not None


async def test_the_shapes_of_another_are_found_by_typing() -> None:
    app = wizard(start="model")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"acme/secret", "enter")
        await until(pilot, lambda: isinstance(app.screen, StrangerScreen))
        await pilot.press("enter")  # nothing is typed yet
        assert isinstance(app.screen, StrangerScreen)
        await pilot.press(*"qwen3-4b", "tab", "down", "enter")
        await until(pilot, lambda: values(app)["base_model"] == "acme/secret")
        shapes = app.wizard.session.state.model
        assert shapes is not None
        assert shapes.id.startswith("Qwen/Qwen3-4B")
        assert f"(shapes as {shapes.id})" in hint(app)


async def test_brackets_in_a_name_are_text() -> None:
    app = wizard(start="model")
    async with app.run_test(size=SIZE) as pilot:
        app.wizard.post_message(ModelChosen("[/foo]/[red]x"))
        await until(pilot, lambda: isinstance(app.screen, StrangerScreen))
        assert "[/foo]/[red]x" in on_screen(app)[4]


@pytest.mark.parametrize("way", [["ctrl+o"], ["shift+tab", "enter"]])
async def test_the_hub_is_asked_beside_the_screen(way: list[str]) -> None:
    outside = Asked()
    app = wizard(start="model", outside=outside)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"acme/there", "enter")
        await until(pilot, lambda: isinstance(app.screen, StrangerScreen))
        assert outside.names == []
        await pilot.press(*way)
        await until(pilot, lambda: values(app)["base_model"] == "acme/there")
        assert outside.names == ["acme/there"]


async def test_what_the_hub_refuses_is_said_where_the_other_ways_are() -> None:
    app = wizard(start="model", outside=Asked())
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"acme/gated", "enter")
        await until(pilot, lambda: isinstance(app.screen, StrangerScreen))
        await pilot.press("ctrl+o")
        await until(
            pilot,
            lambda: isinstance(app.screen, StrangerScreen) and "is gated" in "\n".join(on_screen(app)),
        )
        await pilot.press("escape")
        assert values(app)["base_model"] == "Qwen/Qwen3-8B"


async def test_the_unknown_model_of_an_own_file_is_one_enter_away(tmp_path: Path) -> None:
    app = own_wizard(tmp_path / "my.yml", "base_model: acme/secret-3b\nadapter: lora\n", start="model")
    async with app.run_test(size=SIZE) as pilot:
        assert "acme/secret-3b is not known here" in hint(app)
        assert app.wizard.session.review.estimate is None
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StrangerScreen))
        assert app.screen.query_one(Input).value == "about 3B"
        await pilot.press("enter")
        await until(pilot, lambda: app.wizard.session.review.estimate is not None)
        assert app.wizard.session.rendered() == "base_model: acme/secret-3b\nadapter: lora\n"
