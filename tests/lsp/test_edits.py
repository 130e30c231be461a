"""Random edits: the server answers each, and goes on."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as some
from lsprotocol import types
from pygls.workspace import PositionCodec

from benchmarks.editor import edited, edits, long_config
from tests.lsp.editor import typed
from wizard.cli.lsp import CheckingEngine
from wizard.lsp.cursor import cursor
from wizard.lsp.files import OpenFile
from wizard.lsp.positions import edits as text_edits
from wizard.lsp.positions import put, split


async def test_two_hundred_edits_through_the_protocol() -> None:
    waited, held = await edits(200, seed=1)
    assert len(waited) > 100
    assert len(held) == 2


def test_a_file_is_judged_after_any_edit() -> None:
    dice, engine = random.Random(7), CheckingEngine({"gpu": "24GiB"})
    file = OpenFile("my.yml", long_config())
    for _ in range(150):
        file.took(edited(file.text, dice))
        file.judge(engine)
        assert file.ours or not engine.concerns(file.text)


@settings(deadline=None)
@given(some.text(alphabet=" -:ab\n\t'\"[]#|", max_size=80), some.integers(0, 12), some.integers(0, 30))
def test_a_cursor_is_somewhere_in_any_text(text: str, line: int, column: int) -> None:
    lines = split(text)
    found = cursor(lines, line, column)
    assert 0 <= found.start <= found.end
    assert found.start + len(found.typed) <= max(found.end, column)


_TEXT = some.text(alphabet="a b:\n\u2028\x0c\x85é😀", max_size=40)


@settings(deadline=None)
@given(_TEXT, _TEXT)
def test_what_an_editor_tells_makes_its_text(old: str, new: str) -> None:
    change = typed(old, new)
    assert put(PositionCodec(), old, change.range, change.text) == new


@settings(deadline=None)
@given(_TEXT, some.lists(some.integers(0, 50), min_size=4, max_size=4))
def test_a_place_outside_is_an_end(text: str, at: list[int]) -> None:
    place = types.Range(types.Position(*at[:2]), types.Position(*at[2:]))
    made = put(PositionCodec(), text, place, "+")
    start, _, end = made.partition("+")
    assert text.startswith(start)
    assert text.endswith(end)


@settings(deadline=None)
@given(some.lists(some.sampled_from("ab\u2028\x0c"), max_size=12), some.lists(some.sampled_from("abc"), max_size=12))
def test_edits_make_the_new_text(old: list[str], new: list[str]) -> None:
    before, after = "".join(f"{one}\n" for one in old), "".join(f"{one}\n" for one in new)
    lines = split(before)
    for edit in reversed(text_edits(before, after)):
        lines[edit.range.start.line : edit.range.end.line] = [edit.new_text]
    assert "".join(lines) == after
