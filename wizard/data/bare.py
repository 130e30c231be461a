"""What is read of a row without the marks of its template: where there is little room, they would take all of it."""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"<\|[^<>|]{1,40}\|>|</?(?:think|start_of_turn|end_of_turn|s|bos|eos)>|\[/?(?:INST|SYSTEM_PROMPT)\]"
)
"""Special tokens as the templates of Axolotl write them: `<|im_start|>`, `<start_of_turn>`, `[INST]`, `</think>`."""
_ASKED = re.compile(r"\b(?:assistant|model|gpt)\s*$", re.I)
"""Whose turn it is, before what is learned: that is told by the place."""


def bare(text: str) -> str:
    """The text of what is said and by whom, a blank after it; as it is where nothing but marks is in it."""
    said, marks = _MARKS.subn(" ", text)
    words = " ".join(_ASKED.sub("", said).split())
    return f"{words} " if marks and words else text
