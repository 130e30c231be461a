"""The wire benchmark: its arithmetic, its table, and when an answer is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input, RadioSet

from benchmarks.wire.figures import ARROW, DIGIT, FIRST, IDLE, PALETTE, Figure, Sample, chapter, figures, p95, verdict
from benchmarks.wire.form import Form
from benchmarks.wire.terminal import Child, EndedError, Kind, environment
from benchmarks.wire.tours import FORM, WIZARD
from tests.ui.apps import wizard
from wizard.ui.widgets.options import Options

SMALL, LARGE = Kind(80, 24, truecolor=False), Kind(120, 40, truecolor=True)


def shell(script: str, folder: Path, kind: Kind = SMALL) -> Child:
    return Child(["sh", "-c", script], kind, folder)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([7.0], 7.0), (list(range(1, 21)), 19), (list(range(100, 0, -1)), 95), ([1.0, 1.0, 9.0], 9.0)],
)
def test_95th_percentile(values: list[float], expected: float) -> None:
    assert p95(values) == expected


def test_figures_group_by_event() -> None:
    samples = [Sample(DIGIT, size, time) for size, time in ((100, 5.0), (300, 7.0), (200, 50.0))]
    found = figures([*samples, Sample(IDLE, 0, None), Sample(IDLE, 40, None)])
    assert found == {DIGIT: Figure(200, 7.0, 50.0), IDLE: Figure(20, None, None)}


def test_what_is_over() -> None:
    form = Figure(20_000, 400.0, 500.0)
    assert verdict(FIRST, Figure(6_000, 600.0, 900.0), form) == ""
    assert verdict(FIRST, Figure(6_001, 601.0, 601.0), form) == "over: bytes, ms"
    assert verdict(FIRST, Figure(1, 601.0, 601.0), None) == ""
    assert verdict(DIGIT, Figure(600, 60.0, 50.0), form) == ""
    assert verdict(ARROW, Figure(600, 4.0, 51.0), form) == "over: ms"
    assert verdict(IDLE, Figure(1, None, None), form) == "over: bytes"
    assert verdict(PALETTE, Figure(10**6, 1e6, 1e6), form) == ""


def test_the_table() -> None:
    own = {FIRST: Figure(31_234, 500.4, 612.6), IDLE: Figure(0, None, None)}
    form = {FIRST: Figure(20_000, 400.0, 430.0)}
    assert chapter("80x24, 256 colours", own, form, limits=True) == [
        "80x24, 256 colours",
        "  first screen       31,234    6,000    500    613    600      20,000    400    430  over: bytes",
        "  idle                    0        0      –      –      –           –      –      –",
    ]
    assert chapter("large", own, form, limits=False)[1] == (
        "  first screen       31,234        –    500    613      –      20,000    400    430"
    )


def test_an_answer_is_whole_when_nothing_more_comes(tmp_path: Path) -> None:
    with shell("sleep 0.05; printf abc; sleep 0.03; printf def; sleep 0.4; printf late; sleep 9", tmp_path) as child:
        answer = child.first()
        assert answer.sent == b"abcdef"
        assert 75 < answer.milliseconds < 400
        assert child.idle(0.6) == 4


def test_a_key_and_its_answer(tmp_path: Path) -> None:
    with shell("stty raw -echo; printf ready; head -c 1; sleep 9", tmp_path) as child:
        assert child.first().sent == b"ready"
        assert child.press(b"x").sent == b"x"


def test_a_program_that_ends_is_told(tmp_path: Path) -> None:
    with (
        shell(r"printf '\033[1mno such thing\033[0m'", tmp_path) as child,
        pytest.raises(EndedError, match=r"last: no such thing$"),
    ):
        child.first()


def test_the_terminal_has_its_size_and_colours(tmp_path: Path) -> None:
    with shell('stty size; echo "$COLORTERM"; pwd; sleep 9', tmp_path, LARGE) as child:
        assert child.first().sent.split() == [b"40", b"120", b"truecolor", str(tmp_path).encode()]
    assert "COLORTERM" not in environment(SMALL, tmp_path)
    assert environment(SMALL, tmp_path)["HOME"].startswith(str(tmp_path))


async def test_the_form_asks_as_much_as_the_wizard() -> None:
    form, screen = Form(*json.loads(FORM.command[-1])), wizard(start="batch")
    async with form.run_test(size=(80, 60)), screen.run_test(size=(120, 60)):
        boxes, answers = len(form.query(Input)), len(form.query(RadioSet))
        page = screen.wizard.page
        assert boxes == sum(one.focusable for one in page.query(Input)) == WIZARD.numbers
        assert answers == sum(one.focusable for one in page.query(Options)) == WIZARD.choices
        assert form.query(Input).first().value == "2048", "which the tour types over"
