"""Which images and sounds a row names."""

from __future__ import annotations

from wizard.domain.media import Media, Size
from wizard.domain.references import Reference, references


def test_columns_and_messages_are_read() -> None:
    row = {
        "images": ["one.png", {"bytes": b"two", "path": "two.png"}],
        "messages": [
            {"role": "user", "content": [{"type": "image", "path": "three.png"}, {"type": "text", "text": "?"}]},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "four.png"}}, {"type": "image"}]},
            {"role": "user", "content": [{"type": "audio", "audio": "five.wav"}]},
            {"role": "assistant", "content": "a.png"},
        ],
    }
    assert list(references(row)) == [
        Reference("image", "one.png"),
        Reference("image", b"two"),
        Reference("image", "three.png"),
        Reference("image", "four.png"),
        Reference("audio", "five.wav"),
    ]


def test_sound_where_nothing_reads_it_is_told_apart() -> None:
    parts = [
        {"type": "audio_url", "audio_url": {"url": "one.wav"}},
        {"type": "input_audio", "input_audio": {"data": "two", "format": "wav"}},
        {"type": "audio", "path": "three.wav"},
        {"type": None, "path": "no.wav"},
        {"type": ["audio"]},
    ]
    row = {"audio": "four.wav", "audios": None, "messages": [{"role": "user", "content": parts}]}
    assert list(references(row)) == [
        Reference("unheard", "four.wav"),
        Reference("unheard", "one.wav"),
        Reference("unheard", "two"),
        Reference("audio", "three.wav"),
    ]


def test_a_row_of_text_names_none() -> None:
    odd = {"text": "image", "images": None, "image": 3, "messages": [None, 1, {"content": None}], "list": [[1]]}
    assert not list(references(odd))


def test_sizes_are_ordered_by_their_pixels() -> None:
    media = Media(sizes=[Size(10, 10), Size(1000, 1), Size(20, 20)], seconds=[3.0, 1.0])
    assert (media.at(0.0), media.at(0.5), media.at(1.0)) == (Size(10, 10), Size(20, 20), Size(1000, 1))
    assert media.seconds_at(1.0) == 3.0
