"""Everything can be said in ASCII, in as many cells."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from wizard.domain.ascii import as_ascii
from wizard.ui.symbols import UNICODE


@given(st.text())
def test_nothing_else_is_left(text: str) -> None:
    assert as_ascii(text).isascii()


@given(st.text(st.characters(min_codepoint=0xA1, max_codepoint=0x25FF, categories=["L", "N", "S", "P"])))
def test_as_wide_as_it_was(text: str) -> None:
    assert cell_len(as_ascii(text)) == cell_len(text)


def test_signs_that_mean_different_things_stay_different() -> None:
    for field in dataclasses.fields(UNICODE):
        signs = getattr(UNICODE, field.name)
        if isinstance(signs, dict):
            assert len({as_ascii(sign) for sign in signs.values()}) == len(signs), field.name
    assert as_ascii(UNICODE.chosen) != as_ascii(UNICODE.open)


def test_boxes_and_ellipses() -> None:
    assert as_ascii("┌─┐│└┘├ … → ✓ é") == "+-+|+++ > > + e"
