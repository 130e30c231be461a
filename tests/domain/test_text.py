"""Lines are broken between words, and commands are not."""

from __future__ import annotations

from wizard.domain.text import narrow


def test_sentences_are_broken_between_words_and_hang() -> None:
    assert narrow("one two three", 8) == "one two\n  three"
    assert narrow("  ? flash-attn (a note)", 14) == "  ? flash-attn\n    (a note)"


def test_commands_and_words_that_are_too_long_stay_whole() -> None:
    assert narrow("    pip install a b c", 8) == "    pip install a b c"
    assert narrow("say /a/very/long/path", 8) == "say\n  /a/very/long/path"
    assert narrow("a\n\nb") == "a\n\nb"
