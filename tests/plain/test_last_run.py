"""Line by line, too, what the last run died of is told where it concerns a question, once."""

from __future__ import annotations

import pytest

from tests.plain.dialogues import opening, talk
from tests.receipts import kept


@pytest.mark.parametrize(
    ("cause", "before", "after"),
    [
        ("evaluation", "Step 5 of 6: Data", "Kept aside to evaluate (val_set_size)"),
        ("longest_row", "Step 4 of 6: Batch", "Longest row, in tokens (sequence_len)"),
        ("other_process", "Step 1 of 6: Machine", "Which GPU?"),
        ("not_memory", "Step 6 of 6: Review", "Write to"),
        ("disk", "Step 6 of 6: Review", "Type more for the question that it concerns: Checkpoints that are kept."),
    ],
)
def test_it_is_told_at_its_question_and_nowhere_else(cause: str, before: str, after: str) -> None:
    kept(cause=cause)
    _, person = talk(opening(), *[""] * 60)
    told = person.text.split("he last run of Qwen/Qwen3-8B, with other settings (2026-11-29) died at step 12: ")
    assert len(told) == 2
    assert before in told[0]
    assert after in told[1]
    assert after not in told[0]


def test_behind_more_it_is_told_at_its_question() -> None:
    kept(cause="disk")
    _, person = talk(opening(), "step 6", "more", *[""] * 12)
    assert person.text.count("the disk was full") == 2  # at the head of the step, then where it was asked for
    assert "the disk was full" in person.text.split("Checkpoints that are kept (save_total_limit)")[0]


def test_it_is_dismissed_by_a_word() -> None:
    kept(cause="evaluation")
    _, person = talk(opening(), "dismiss", "dismiss", *[""] * 60)
    assert "The last run is told no more." in person.text
    assert "No run that died is known for this plan." in person.text
    assert "out of GPU memory in the evaluation" not in person.text
