"""What a run prints, as lines."""

from __future__ import annotations

from wizard.session.scrollback import LONGEST, MOST, Scrollback


def shown(*pieces: bytes, stream: int = 0) -> list[str]:
    found = Scrollback()
    for one in pieces:
        found.takes(one, stream)
    return [*found.between(0, found.end)]


def test_lines_and_what_is_not_at_its_end_yet() -> None:
    assert shown(b"one\ntw", b"o\nthr") == ["one", "two", "thr"]
    assert shown(b"one\r\ntwo\r\n") == ["one", "two"]
    assert shown() == []


def test_a_bar_is_drawn_over_and_its_last_drawing_stays() -> None:
    assert shown(b"\r  0%|  |", b"\r 50%|# |", b"\r100%|##|", b"\nafter\n") == ["100%|##|", "after"]
    assert shown(b"\r 50%|# |", b"\r\x1b[Ka line\n") == ["a line"]


def test_a_bar_below_a_bar() -> None:
    """As tqdm draws the second one: a line further down, and up again."""
    second = [b"\n\r 10%\x1b[A", b"\n\r 90%", b"\x1b[A", b"\r 2/4", b"\n\n"]
    assert shown(b"\r 1/4", *second) == [" 2/4", " 90%"]


def test_nothing_steers_the_screen() -> None:
    assert shown(b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x07\x00.") == ["red \\u0007\\u0000."]
    assert shown(b"a\x1b[3", b"1mb\xc3", b"\xa9\x1b]0;ti", b"tle\x1b", b"\\c") == ["abéc"]


def test_two_streams_are_not_mixed_within_a_line() -> None:
    found = Scrollback()
    found.takes(b"\r 50%", 1)
    found.takes(b"a line\n", 0)
    found.takes(b"\r 60%", 1)
    found.says("memwizard: it ended")
    assert [*found.between(0, found.end)] == [" 50%", "a line", " 60%", "memwizard: it ended"]


def test_memory_is_bounded() -> None:
    found = Scrollback()
    found.takes(b"\n".join(b"%d" % number for number in range(MOST + 100)))
    found.takes(b"x" * 5 * LONGEST)
    assert (found.first, found.end) == (100, MOST + 100)
    assert found.between(0, 101) == ["100"]
    assert [len(line) for line in found.between(found.end - 1, found.end)] == [LONGEST]
