"""Lines are broken between words, and commands are not."""

from __future__ import annotations

import pytest

from wizard.domain.text import clauses, narrow


def test_sentences_are_broken_between_words_and_hang() -> None:
    assert narrow("one two three", 8) == "one two\n  three"
    assert narrow("  ? flash-attn (a note)", 14) == "  ? flash-attn\n    (a note)"


def test_commands_and_words_that_are_too_long_stay_whole() -> None:
    assert narrow("    pip install a b c", 8) == "    pip install a b c"
    assert narrow("say /a/very/long/path", 8) == "say\n  /a/very/long/path"
    assert narrow("a\n\nb") == "a\n\nb"


@pytest.mark.parametrize(
    ("text", "most", "seen"),
    [
        ("qlora-12gb: QLoRA on 12 GB: the first fine-tune", 60, "qlora-12gb: QLoRA on 12 GB: the first fine-tune"),
        ("qlora-12gb: QLoRA on 12 GB: the first fine-tune", 34, "qlora-12gb: QLoRA on 12 GB"),
        ("qlora-12gb: QLoRA on 12 GB: the first fine-tune", 40, "qlora-12gb: QLoRA on 12 GB: the first…"),
        ("fp8-hopper: Full fine-tune in fp8 on Hopper: fast", 40, "fp8-hopper: Full fine-tune in fp8 on…"),
        ("a, b, and a long part", 5, "a, b"),
        ("one-word-alone", 8, "one-wor…"),
        ("x", 0, "…"),
    ],
)
def test_whole_clauses_are_kept_where_they_fill_most(text: str, most: int, seen: str) -> None:
    assert clauses(text, most) == seen
    assert len(clauses(text, most)) <= max(most, 1)
