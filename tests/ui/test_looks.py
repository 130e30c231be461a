"""What is told apart by its looks, and what is not said twice or for nothing."""

from __future__ import annotations

import pytest

from tests.builders import LORA, reviewed
from tests.ui.apps import on_screen, wizard
from wizard.ui.screens.fit import heated
from wizard.ui.widgets.memory_panel import brief


def test_a_change_that_moves_no_memory_is_not_told_as_one() -> None:
    review = reviewed(LORA)
    assert "last change" not in brief(review, 76, [("seed: 7", 0)]).plain
    assert "last change" not in brief(review, 76, [("seed: 7", 2**20)]).plain
    assert "last change" not in brief(review, 76, [("seed: 7", None)]).plain
    assert brief(review, 76, [("rank: 8", -(2**30))]).plain.endswith("last change -1.0 GiB")


def test_the_map_tells_what_fits_from_afar_and_keeps_its_words() -> None:
    table = "model           512     1k\nphi-1_5  over  12  tight\nLFM2  3     -"
    text = heated(table)
    assert text.plain == table
    styled = {(text.plain[span.start : span.end], str(span.style)) for span in text.spans if span.style}
    assert {("over", "red"), ("tight", "yellow"), ("3", "green"), ("12", "bold")} <= styled
    assert not [word for word, _ in styled if word in ("1_5", "2", "LFM2")]


@pytest.mark.parametrize("size", [(120, 40), (160, 45)])
async def test_a_wizard_that_opens_on_the_review_shows_the_file_once(size: tuple[int, int]) -> None:
    app = wizard(start="review")
    async with app.run_test(size=size):
        assert "\n".join(on_screen(app)).count("# Written by") == 1
