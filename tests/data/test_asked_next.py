"""A question whose answer is the half of an entry: what it answers is asked next."""

from __future__ import annotations

from tests.data.test_forms import head
from wizard.axolotl.forms.answer import Unsure
from wizard.axolotl.forms.detect import detect, settled, whole


def test_every_end_of_a_question_is_an_entry() -> None:
    three = head({"review": "a", "summary": "b", "note": "c"})
    asked = detect(three)
    assert isinstance(asked, Unsure)
    names = ("review", "summary", "note")
    assert {one.label for one in whole(asked, three)} == {
        *(f"{one}, answering {other}" for one in names for other in names if one != other),
        *(f"nothing: {one} is plain text" for one in names),
    }
    two = head({"review": "a", "summary": "b"})
    asked = detect(two)
    assert isinstance(asked, Unsure)
    assert [one.label for one in whole(asked, two)] == ["summary, answering review", "review, answering summary"]


def test_half_an_entry_that_is_not_of_the_file_is_left_alone() -> None:
    seen = head({"review": "a", "summary": "b", "note": "c"})
    asked = detect(seen)
    assert settled(asked, {"type": {"field_output": "elsewhere"}}, seen) is asked
    assert settled(asked, {"type": "alpaca"}, seen) is asked
    alone = head({"review": "a"})
    assert settled(asked, {"type": {"field_output": "review"}}, alone) is asked
