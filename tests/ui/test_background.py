"""The terminal's own light or dark is asked for and followed; its answer is never taken for keys."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.events import Key

from tests.ui.apps import until, wizard
from wizard.ui import background
from wizard.ui.background import Ear, hear, is_light
from wizard.ui.look import Look
from wizard.ui.themes import of_background

WHITE, BLACK = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]11;rgb:1e1e/1e1e/1e1e\x07"


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        ("rgb:ffff/ffff/ffff", True), ("rgb:fd/f6/e3", True), ("rgb:f/f/f", True), ("rgba:0000/0000/0000/ffff", False),
        ("rgb:0000/2b2b/3636", False), ("nonsense", None), ("", None),
    ],
)  # fmt: skip
def test_a_colour_is_light_or_dark(answer: str, light: bool | None) -> None:
    assert is_light(answer) is light


@pytest.mark.parametrize("cut", range(len("\x1b]11;"), len(WHITE) + 1))
def test_an_answer_in_two_parts_between_keys_is_heard_and_leaves_the_keys(cut: int) -> None:
    told: list[bool] = []
    ear = Ear(told.append)
    left = ear.without_answers("a" + WHITE[:cut]) + ear.without_answers(WHITE[cut:] + "b")
    assert left == "ab"
    assert told == [True]


def test_keys_alone_are_left_as_they_are() -> None:
    ear = Ear(lambda light: pytest.fail("nothing was answered"))
    for keys in ("x", "\x1b", "\x1b[A", "\x1b]", "\x1b]1", "ü", "\x1b[200~paste\x1b[201~"):
        assert ear.without_answers(keys) == keys


def test_textual_hears_it_among_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux_driver, "XTermParser", XTermParser)
    told: list[bool] = []
    assert hear(told.append)
    assert hear(told.append), "and once more, for the next wizard"
    parser = linux_driver.XTermParser()  # type: ignore[attr-defined]
    events = [event for part in ("a", BLACK, "b" + WHITE + "c") for event in parser.feed(part)]
    assert [event.key for event in events if isinstance(event, Key)] == ["a", "b", "c"]
    assert told == [False, True]


@pytest.mark.parametrize(
    ("theme", "light", "then"),
    [
        ("dark", True, "light"),
        ("dark", False, "dark"),
        ("ansi-dark", True, "ansi-light"),
        ("contrast", True, "contrast"),
    ],
)
def test_the_theme_that_suits(theme: str, light: bool, then: str) -> None:
    assert of_background(theme, light=light) == then


async def test_the_screen_follows_what_the_terminal_says(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def heard(call: object) -> bool:
        told.append(call)
        return True

    monkeypatch.setattr(background, "hear", heard)
    app = wizard(look=Look(asks=True))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == "dark"
        told[0](True)  # type: ignore[operator]
        await until(pilot, lambda: app.theme == "light")


async def test_a_named_theme_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "hear", lambda call: pytest.fail("it was asked"))
    async with wizard(look=Look("dark")).run_test(size=(80, 24)):
        pass
